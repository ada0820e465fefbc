namespace Meltemi.ControlPlane.Push;

/// <summary>
/// Which members of a scope looked at which hosts: those hosts decide about them. The index over all scopes is told of the first one and the last one. Not
/// safe for threads.
/// </summary>
/// <param name="scope">Whose members they are.</param>
/// <param name="index">The index.</param>
internal sealed class Dependents(Scope scope, HostIndex index)
{
    private readonly Dictionary<string, HashSet<string>> _members = new(StringComparer.Ordinal);

    /// <summary>The members that a host decides about.</summary>
    public IReadOnlyCollection<string> Of(string host) => _members.GetValueOrDefault(host) ?? [];

    /// <summary>A member looked at a host.</summary>
    public void Add(string host, string member)
    {
        if (!_members.TryGetValue(host, out var members))
        {
            _members[host] = members = new(StringComparer.Ordinal);
            index.Add(host, scope);
        }

        members.Add(member);
    }

    /// <summary>A member looks at a host no more.</summary>
    public void Remove(string host, string member)
    {
        if (!_members.TryGetValue(host, out var members)) return;
        members.Remove(member);
        if (members.Count > 0) return;
        _members.Remove(host);
        index.Remove(host, scope);
    }

    /// <summary>Lets go of all that the index keeps for the scope.</summary>
    public void Clear()
    {
        foreach (var host in _members.Keys) index.Remove(host, scope);
        _members.Clear();
    }
}
