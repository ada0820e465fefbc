using Meltemi.Proxy.Filters.Faults;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Figures of a listener: ids to count with. Names are Envoy's, of listeners and of connection managers; the rest carries plain names.
/// </summary>
public sealed class ListenerStats
{
    private readonly StatScope _scope;
    private readonly Lazy<FaultStats> _faults;
    private readonly Lazy<RecognitionStats> _recognition;

    private ListenerStats(StatScope scope, Func<FaultStats> faults, Func<RecognitionStats> recognition)
    {
        _scope = scope;
        _faults = new(faults);
        _recognition = new(recognition);
        CxTotal = scope.Counter("downstream_cx_total", "Connections accepted.");
        CxActive = scope.Gauge("downstream_cx_active", "Connections open.");
        CxDestroy = scope.Counter("downstream_cx_destroy", "Connections closed.");
        CxDestroyLocal = scope.Counter("downstream_cx_destroy_local", "Connections closed by the proxy.");
        CxDestroyRemote = scope.Counter("downstream_cx_destroy_remote", "Connections closed by clients.");
        CxDestroyLocalActiveRq = scope.Counter(
            "downstream_cx_destroy_local_active_rq", "Connections closed by the proxy with requests in flight.");
        CxDestroyRemoteActiveRq = scope.Counter(
            "downstream_cx_destroy_remote_active_rq", "Connections closed by clients with requests in flight.");
        CxOverflow = scope.Counter("downstream_cx_overflow", "Connections refused because the listener has too many.");
        CxRxBytes = scope.Counter("downstream_cx_rx_bytes_total", "Bytes received from clients.");
        CxTxBytes = scope.Counter("downstream_cx_tx_bytes_total", "Bytes sent to clients.");
        CxProtocolError = scope.Counter("downstream_cx_protocol_error", "Connections closed because of bytes that break the protocol.");
        CxIdleTimeout = scope.Counter("downstream_cx_idle_timeout", "Connections closed because they were idle.");
        CxMaxDuration = scope.Counter("downstream_cx_max_duration_reached", "Connections closed because they lasted too long.");
        CxSlowClient = scope.Counter("downstream_cx_slow_client_close", "Connections cut off because the client left too many answers untaken.");
        FlowControlPaused = scope.Counter("downstream_flow_control_paused_reading_total", "Times that reading from a client was paused.");
        FlowControlResumed = scope.Counter(
            "downstream_flow_control_resumed_reading_total", "Times that reading from a client was resumed.");
        RqTotal = scope.Counter("downstream_rq_total", "Requests received.");
        RqActive = scope.Gauge("downstream_rq_active", "Requests in flight.");
        RqUnexpected = scope.Counter("downstream_rq_unexpected", "Messages from clients that belong to nothing, dropped.");
        RqOneWay = scope.Counter("downstream_rq_oneway", "Requests received that want no answer.");
        RqStream = scope.Counter("downstream_rq_stream", "Streams opened by clients.");
        RqSuccess = scope.Counter("downstream_rq_success", "Requests answered with success.");
        RqBusinessException = scope.Counter("downstream_rq_business_exception", "Requests answered with an exception of the application.");
        RqError = scope.Counter("downstream_rq_error", "Requests answered with an error.");
        RqLocalReply = scope.Counter("downstream_rq_local_reply", "Requests answered by the proxy itself.");
        RqRxReset = scope.Counter("downstream_rq_rx_reset", "Requests whose client left before the answer.");
        RequestDecodingError = scope.Counter("request_decoding_error", "Requests that could not be understood.");
        ResponseDecodingError = scope.Counter("response_decoding_error", "Answers that could not be understood.");
        Heartbeats = scope.Counter("downstream_heartbeats", "Heartbeats from clients, answered by the proxy.");
        GoAwaySent = scope.Counter("downstream_goaway_sent", "Go-aways sent to clients.");
    }

    /// <summary>Connections accepted.</summary>
    public int CxTotal { get; }

    /// <summary>Connections open. Gauge.</summary>
    public int CxActive { get; }

    /// <summary>Connections closed.</summary>
    public int CxDestroy { get; }

    /// <summary>Connections closed by the proxy.</summary>
    public int CxDestroyLocal { get; }

    /// <summary>Connections closed by clients.</summary>
    public int CxDestroyRemote { get; }

    /// <summary>Connections closed by the proxy with requests in flight.</summary>
    public int CxDestroyLocalActiveRq { get; }

    /// <summary>Connections closed by clients with requests in flight.</summary>
    public int CxDestroyRemoteActiveRq { get; }

    /// <summary>Connections refused because the listener has too many.</summary>
    public int CxOverflow { get; }

    /// <summary>Bytes received from clients.</summary>
    public int CxRxBytes { get; }

    /// <summary>Bytes sent to clients.</summary>
    public int CxTxBytes { get; }

    /// <summary>Connections closed because of bytes that break the protocol.</summary>
    public int CxProtocolError { get; }

    /// <summary>Connections closed because they were idle.</summary>
    public int CxIdleTimeout { get; }

    /// <summary>Connections closed because they lasted too long.</summary>
    public int CxMaxDuration { get; }

    /// <summary>Connections cut off because the client did not take its answers.</summary>
    public int CxSlowClient { get; }

    /// <summary>Times that reading from a client was paused.</summary>
    public int FlowControlPaused { get; }

    /// <summary>Times that reading from a client was resumed.</summary>
    public int FlowControlResumed { get; }

    /// <summary>Requests received.</summary>
    public int RqTotal { get; }

    /// <summary>Requests in flight. Gauge.</summary>
    public int RqActive { get; }

    /// <summary>Messages that belong to nothing.</summary>
    public int RqUnexpected { get; }

    /// <summary>Requests received that want no answer.</summary>
    public int RqOneWay { get; }

    /// <summary>Streams opened by clients.</summary>
    public int RqStream { get; }

    /// <summary>Requests answered with success.</summary>
    public int RqSuccess { get; }

    /// <summary>Requests answered with an exception of the application.</summary>
    public int RqBusinessException { get; }

    /// <summary>Requests answered with an error.</summary>
    public int RqError { get; }

    /// <summary>Requests answered by the proxy itself.</summary>
    public int RqLocalReply { get; }

    /// <summary>Requests whose client left before the answer.</summary>
    public int RqRxReset { get; }

    /// <summary>Requests that could not be understood.</summary>
    public int RequestDecodingError { get; }

    /// <summary>Answers that could not be understood.</summary>
    public int ResponseDecodingError { get; }

    /// <summary>Heartbeats from clients, answered by the proxy.</summary>
    public int Heartbeats { get; }

    /// <summary>Go-aways sent to clients.</summary>
    public int GoAwaySent { get; }

    /// <summary>Figures of injected faults, registered with the first.</summary>
    public FaultStats Faults => _faults.Value;

    /// <summary>Figures of the recognition of protocols, registered by the first listener that has one.</summary>
    public RecognitionStats Recognition => _recognition.Value;

    /// <summary>Registers a listener's figures.</summary>
    /// <param name="registry">Where.</param>
    /// <param name="name">Label <c>envoy_listener_address</c>: the address as <c>0.0.0.0_20880</c>, or the listener's name.</param>
    public static ListenerStats Create(MetricRegistry registry, string name) =>
        new(new StatScope(registry, $"listener.{name}.", "envoy_listener_", Labels.Of(("envoy_listener_address", name))), () => FaultStats.Create(registry, name),
            () => RecognitionStats.Create(registry, name));

    /// <summary>Takes back this object's registrations; when no loop counts here any more, once.</summary>
    public void Remove()
    {
        _scope.Remove();
        if (_faults.IsValueCreated) _faults.Value.Remove();
        if (_recognition.IsValueCreated) _recognition.Value.Remove();
    }
}
