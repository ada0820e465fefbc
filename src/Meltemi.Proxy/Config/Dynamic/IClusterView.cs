namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>What is known of the clusters that routes name.</summary>
internal interface IClusterView
{
    /// <summary>
    /// Whether it is worth waiting for a cluster. Not if requests can go there; nor if there is none of this name, unless it may still come: clusters
    /// have not been answered at all yet, or come from elsewhere, so that nothing says which of the two arrives first.
    /// </summary>
    /// <param name="cluster">Its name.</param>
    /// <param name="namedBy">The source of what names it; null: the file.</param>
    bool IsAwaited(string cluster, Source? namedBy);
}
