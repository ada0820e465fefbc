namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Figures of a listener that recognises protocols. Those about the connection have the names of Envoy's listeners, those of the inspector are
/// named like its inspectors': <c>listener.NAME.protocol_inspector.dubbo_found</c>.
/// </summary>
public sealed class RecognitionStats
{
    private readonly StatScope _scope;
    private readonly StatScope _inspector;
    private readonly Dictionary<string, int> _found = new(StringComparer.Ordinal);

    private RecognitionStats(StatScope scope, StatScope inspector)
    {
        _scope = scope;
        _inspector = inspector;
        Active = scope.Gauge("downstream_pre_cx_active", "Connections whose chain is not known yet.");
        Timeout = scope.Counter("downstream_pre_cx_timeout", "Connections that were not recognised within the time limit.");
        NoChain = scope.Counter("no_filter_chain_match", "Connections closed because no chain takes them.");
        NotFound = inspector.Counter("not_found", "Connections that are of none of the protocols.");
    }

    /// <summary>Connections whose chain is not known yet. Gauge.</summary>
    public int Active { get; }

    /// <summary>Connections that were not recognised within the time limit.</summary>
    public int Timeout { get; }

    /// <summary>Connections closed because no chain takes them.</summary>
    public int NoChain { get; }

    /// <summary>Connections that are of none of the protocols.</summary>
    public int NotFound { get; }

    /// <summary>Connections of a protocol. Not for loops: registers it with the first use.</summary>
    public int Found(string protocol)
    {
        if (!_found.TryGetValue(protocol, out var series))
        {
            var name = string.Concat(protocol.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            _found[protocol] = series = _inspector.Counter($"{name}_found", "Connections of this protocol.");
        }

        return series;
    }

    /// <summary>Registers the figures of a listener.</summary>
    public static RecognitionStats Create(MetricRegistry registry, string listener)
    {
        var labels = Labels.Of(("envoy_listener_address", listener));
        return new(
            new StatScope(registry, $"listener.{listener}.", "envoy_listener_", labels),
            new StatScope(registry, $"listener.{listener}.protocol_inspector.", "envoy_listener_protocol_inspector_", labels));
    }

    /// <summary>Takes back this object's registrations; when no loop counts here any more, once.</summary>
    public void Remove()
    {
        _scope.Remove();
        _inspector.Remove();
    }
}
