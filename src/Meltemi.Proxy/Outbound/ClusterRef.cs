namespace Meltemi.Proxy.Outbound;

/// <summary>
/// A cluster by its name: what routes hold instead of the cluster itself, so that it can be replaced, come late or go without those who name it
/// being compiled anew. Read by all loops; the rest belongs to the table.
/// </summary>
internal sealed class ClusterRef(string name)
{
    private volatile Cluster? _current;

    public string Name { get; } = name;

    /// <summary>The cluster in force; null: there is none of this name.</summary>
    public Cluster? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>What takes the place of <see cref="Current"/> once it knows its endpoints.</summary>
    public Cluster? Next { get; set; }

    /// <summary>How many listeners in force name it.</summary>
    public int Users { get; set; }

    /// <summary>Removed from the configuration, and stays until nobody names it any more.</summary>
    public bool IsLeaving { get; set; }
}

/// <summary>The clusters that a listener's routes name, by index.</summary>
internal readonly struct ClusterRefs(ClusterRef[] refs)
{
    /// <summary>The cluster as it is now; null: there is none of this name.</summary>
    public Cluster? this[int index] => refs[index].Current;

    /// <summary>All of them.</summary>
    public ReadOnlySpan<ClusterRef> All => refs;
}
