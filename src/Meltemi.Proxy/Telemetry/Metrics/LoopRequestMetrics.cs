namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>A loop's table from what a request asks for to the series that it is counted in. Owner thread only.</summary>
public sealed class LoopRequestMetrics
{
    // Names times clusters could be many; a table that has grown beyond is emptied, and what is in use comes back by itself.
    private const int MaxEntries = 16_384;

    private readonly RequestMetrics _shared;
    private readonly LoopMetrics _loop;
    private readonly NameTable<RequestSeries> _table = new();

    // Traffic repeats itself: what was found lately is compared before anything is hashed.
    private readonly RequestSeries?[] _recent = new RequestSeries?[8];

    internal LoopRequestMetrics(RequestMetrics shared, LoopMetrics loop)
    {
        _shared = shared;
        _loop = loop;
    }

    /// <summary>
    /// The series of a request. Allocates only when something is asked for the first time. Keep the answer for the request's life.
    /// </summary>
    /// <param name="iface">Value of the codec's interface attribute; empty: unknown.</param>
    /// <param name="method">Value of the codec's method attribute; empty: unknown.</param>
    /// <param name="clusterIndex">A number for the cluster that stays the same for one configuration; -1: none.</param>
    /// <param name="clusterName">The cluster's name; empty: none. Another name than before for the same number empties the table.</param>
    public RequestSeries Find(ReadOnlySpan<byte> iface, ReadOnlySpan<byte> method, int clusterIndex, string clusterName)
    {
        iface = LabelText.Cut(iface);
        method = LabelText.Cut(method);
        ref var recent = ref _recent[(iface.Length ^ method.Length * 3 ^ (method.IsEmpty ? 0 : method[^1]) ^ clusterIndex) & (_recent.Length - 1)];
        if (recent is not null && recent.IsOf(iface, method, clusterIndex) && IsFor(recent, clusterName)) return recent;
        var hash = NameHash.Of(iface, method, clusterIndex);
        var found = _table.Find(hash, iface, method, clusterIndex);
        return recent = found is not null && IsFor(found, clusterName) ? found : FindSlowly(hash, iface, method, clusterIndex, clusterName);
    }

    private RequestSeries FindSlowly(
        int hash, ReadOnlySpan<byte> iface, ReadOnlySpan<byte> method, int clusterIndex, string clusterName)
    {
        var names = _shared.Admit(iface, method);
        if (names is null)
        {
            _loop.Add(_shared.RefusedNames);
            return Other(clusterIndex, clusterName);
        }

        return Add(hash, iface, method, clusterIndex, clusterName, names);
    }

    // Keyed by a name that no wire value has: longer than any after the cut.
    private RequestSeries Other(int clusterIndex, string clusterName)
    {
        ReadOnlySpan<byte> key = OtherKey;
        var hash = NameHash.Of(key, default, clusterIndex);
        var found = _table.Find(hash, key, default, clusterIndex);
        return found is not null && IsFor(found, clusterName)
            ? found
            : Add(hash, key, default, clusterIndex, clusterName, new RequestMetrics.Names("other", "other"));
    }

    private static readonly byte[] OtherKey = new byte[LabelText.MaxBytes + 1];

    private RequestSeries Add(
        int hash, ReadOnlySpan<byte> iface, ReadOnlySpan<byte> method, int number, string clusterName, RequestMetrics.Names names)
    {
        var renamed = _table.Find(hash, iface, method, number) is not null;
        if (renamed || _table.Count >= MaxEntries)
        {
            _table.Clear();
            Array.Clear(_recent);
        }

        var labels = _shared.Labels.For(clusterName).With(("request_interface", names.Interface), ("request_method", names.Method));
        var series = new RequestSeries(_shared.Registry, _loop, clusterName, labels, iface.ToArray(), method.ToArray(), number);
        _table.Add(hash, iface, method, number, series);
        return series;
    }

    private static bool IsFor(RequestSeries series, string clusterName) =>
        ReferenceEquals(series.ClusterName, clusterName) || series.ClusterName == clusterName;
}
