namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// A listener's request figures under Istio's names, with three labels more (<c>request_interface</c>, <c>request_method</c>,
/// <c>response_flags</c>): <c>istio_requests_total</c>, <c>istio_request_duration_milliseconds</c>, <c>istio_request_bytes</c>,
/// <c>istio_response_bytes</c>.
/// <para>The histograms carry neither <c>response_code</c> nor <c>response_flags</c>: they would multiply 43 slots by the number of
/// outcomes, and nobody plots the size of requests by outcome.</para>
/// <para>Interfaces and methods come from clients, so their number is bounded: pairs beyond the bound are counted as
/// <c>other</c>, and <c>meltemi_request_names_refused_total</c> counts such requests. One object serves all loops; each asks its own
/// <see cref="LoopRequestMetrics"/>.</para>
/// </summary>
public sealed class RequestMetrics
{
    /// <summary>Bound on pairs of interface and method of one listener.</summary>
    public const int DefaultMaxNames = 1_000;

    private readonly Lock _lock = new();
    private readonly NameTable<Names> _admitted = new();
    private readonly int _maxNames;
    private volatile bool _full;

    /// <summary>Figures of one listener.</summary>
    /// <param name="registry">Where series are registered.</param>
    /// <param name="labels">The listener's labels.</param>
    /// <param name="maxNames">Bound on pairs of interface and method.</param>
    public RequestMetrics(MetricRegistry registry, RequestLabels labels, int maxNames = DefaultMaxNames)
    {
        Registry = registry;
        Labels = labels;
        _maxNames = maxNames;
        RefusedNames = registry.Counter(
            "meltemi_request_names_refused_total", "Requests counted as other because there are too many interfaces and methods.");
    }

    internal MetricRegistry Registry { get; }

    internal RequestLabels Labels { get; }

    internal int RefusedNames { get; }

    /// <summary>The loop's side, for that loop alone.</summary>
    public LoopRequestMetrics ForLoop(int loop) => new(this, Registry.ForLoop(loop));

    /// <summary>Label values of a pair; null if it is to be counted as other. Any thread; no lock once the bound is reached.</summary>
    internal Names? Admit(ReadOnlySpan<byte> iface, ReadOnlySpan<byte> method)
    {
        var hash = NameHash.Of(iface, method, 0);
        if (_full) return _admitted.Find(hash, iface, method, 0);
        lock (_lock)
        {
            if (_admitted.Find(hash, iface, method, 0) is { } known) return known;
            if (_full) return null;
            var names = new Names(LabelText.Of(iface), LabelText.Of(method));
            _admitted.Add(hash, iface, method, 0, names);
            _full = _admitted.Count >= _maxNames;
            return names;
        }
    }

    internal sealed record Names(string Interface, string Method);
}
