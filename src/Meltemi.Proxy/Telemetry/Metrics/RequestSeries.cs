using System.Globalization;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Series of the requests of one loop with the same interface, method and cluster. Owner thread only.</summary>
public sealed class RequestSeries
{
    // Codes come from upstreams; a protocol has a handful, a broken server may have any. Further ones are counted as "other".
    private const int MaxCodes = 16;
    private const int OtherCode = int.MinValue;

    private readonly MetricRegistry _registry;
    private readonly LoopMetrics _loop;
    private readonly Labels _labels;
    private readonly byte[] _interface;
    private readonly byte[] _method;
    private readonly int _cluster;
    private readonly HistogramId _duration;
    private readonly HistogramId _requestBytes;
    private readonly HistogramId _responseBytes;
    private (int Code, ResponseFlag Flag, int Series)[] _outcomes = [];
    private int _codes;

    internal RequestSeries(
        MetricRegistry registry, LoopMetrics loop, string clusterName, Labels labels, byte[] iface, byte[] method, int cluster)
    {
        _interface = iface;
        _method = method;
        _cluster = cluster;
        _registry = registry;
        _loop = loop;
        _labels = labels;
        ClusterName = clusterName;
        _duration = registry.Histogram(
            "istio_request_duration_milliseconds", "Time from a request's first byte to its answer.", HistogramLayout.Duration, labels);
        _requestBytes = registry.Histogram("istio_request_bytes", "Size of requests.", HistogramLayout.Size, labels);
        _responseBytes = registry.Histogram("istio_response_bytes", "Size of answers.", HistogramLayout.Size, labels);
    }

    internal string ClusterName { get; }

    /// <summary>Whether it counts requests of these names, to the cluster of this number.</summary>
    internal bool IsOf(ReadOnlySpan<byte> iface, ReadOnlySpan<byte> method, int cluster) =>
        cluster == _cluster && method.SequenceEqual(_method) && iface.SequenceEqual(_interface);

    /// <summary>Counts a request that has ended. Allocates only at an outcome's first time.</summary>
    /// <param name="responseCode">The protocol's status code of the answer.</param>
    /// <param name="flag">Why it ended otherwise than with the upstream's answer.</param>
    /// <param name="durationNanoseconds">From the request's first byte to its end.</param>
    /// <param name="requestBytes">Bytes of the request's messages.</param>
    /// <param name="responseBytes">Bytes of the answer's messages.</param>
    public void Record(int responseCode, ResponseFlag flag, long durationNanoseconds, long requestBytes, long responseBytes)
    {
        _loop.Add(SeriesOf(responseCode, flag));
        _loop.Observe(_duration, durationNanoseconds);
        _loop.Observe(_requestBytes, requestBytes);
        _loop.Observe(_responseBytes, responseBytes);
    }

    private int SeriesOf(int code, ResponseFlag flag)
    {
        foreach (ref readonly var outcome in _outcomes.AsSpan())
        {
            if (outcome.Code == code && outcome.Flag == flag) return outcome.Series;
        }

        return code != OtherCode && _codes >= MaxCodes && !KnowsCode(code) ? SeriesOf(OtherCode, flag) : AddOutcome(code, flag);
    }

    private bool KnowsCode(int code)
    {
        foreach (ref readonly var outcome in _outcomes.AsSpan())
        {
            if (outcome.Code == code) return true;
        }

        return false;
    }

    private int AddOutcome(int code, ResponseFlag flag)
    {
        if (!KnowsCode(code)) _codes++;
        var codeText = code == OtherCode ? "other" : code.ToString(CultureInfo.InvariantCulture);
        var labels = _labels.With(("response_code", codeText), ("response_flags", flag.Text()));
        var series = _registry.Counter("istio_requests_total", "Requests that have ended.", labels);
        _outcomes = [.. _outcomes, (code, flag, series)];
        return series;
    }
}
