using Meltemi.Xds.Client;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>The control planes that are followed: one for all that say <c>ads</c>, and one for each other and type that a resource names.</summary>
internal sealed class SourceTable(DynamicConfig config, Func<IEnumerable<ClusterConfig>> staticClusters, OpenClient open, ISourceReceiver receiver)
{
    private const string AdsKey = "ads";

    private readonly Dictionary<string, Source> _byKey = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Source> All => _byKey.Values;

    /// <summary>Called with each new source, before it starts.</summary>
    public Action<Source> Opened { get; set; } = static _ => { };

    /// <summary>Why a source cannot be asked; null: it can.</summary>
    public string? Complaint(SourceConfig source)
    {
        if (source.Kind == SourceKind.Self) return null;
        if (source.Kind == SourceKind.Ads && config.Ads is null) return "the bootstrap has no dynamic_resources.ads_config that says who that is";
        _ = ServerAddresses.Find(source.ControlPlane ?? config.Ads!, staticClusters(), out var complaint);
        return complaint;
    }

    /// <summary>The source that a configuration means; there must be no complaint about it.</summary>
    /// <param name="source">As configured.</param>
    /// <param name="self">The source of the resource that says so; null: a file.</param>
    /// <param name="type">What is asked for.</param>
    public Source Find(SourceConfig source, Source? self, string type)
    {
        if (source.Kind == SourceKind.Self && self is not null && (self.Type is null || self.Type == type)) return self;
        var controlPlane = source.ControlPlane ?? (source.Kind == SourceKind.Self ? self?.ControlPlane : null) ?? config.Ads!;
        var key = source.Kind == SourceKind.Ads ? AdsKey : $"{Describe(controlPlane)} {type}";
        if (_byKey.TryGetValue(key, out var known)) return known;
        var ofType = key == AdsKey ? null : type;
        var addresses = ServerAddresses.Find(controlPlane, staticClusters(), out _);
        var opened = _byKey[key] = new Source(key, ofType, receiver) { ControlPlane = controlPlane };
        opened.Client = open(addresses, controlPlane.Delta, ofType, opened);
        Opened(opened);
        return opened;
    }

    /// <summary>Ends a source that nothing comes from any more; those of listeners, clusters and ADS stay.</summary>
    public void Tidy(Source source)
    {
        if (source.Uses > 0 || source.IsRoot || source.Type is null || !_byKey.Remove(source.Key)) return;
        _ = source.Client.DisposeAsync().AsTask(); // waits for its stream to end, which nobody else has to
    }

    private static string Describe(ControlPlaneConfig controlPlane) =>
        $"{(controlPlane.Delta ? "delta" : "sotw")} {string.Join(",", controlPlane.Servers.Select(server => server.Cluster ?? server.Target))}";
}
