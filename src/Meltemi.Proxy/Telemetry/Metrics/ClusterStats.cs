namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>Figures of a cluster's traffic: ids to count with. Names are Envoy's where it has one.</summary>
public sealed class ClusterStats
{
    private readonly StatScope _scope;

    private ClusterStats(StatScope scope)
    {
        _scope = scope;
        CxTotal = scope.Counter("upstream_cx_total", "Connections begun.");
        CxActive = scope.Gauge("upstream_cx_active", "Connections open or being opened.");
        CxConnectFail = scope.Counter("upstream_cx_connect_fail", "Connections that could not be established.");
        CxConnectTimeout = scope.Counter("upstream_cx_connect_timeout", "Connections that were not established in time.");
        CxOverflow = scope.Counter("upstream_cx_overflow", "Times that a connection was wanted and the limit stood in the way.");
        CxDestroy = scope.Counter("upstream_cx_destroy", "Connections closed.");
        CxDestroyLocal = scope.Counter("upstream_cx_destroy_local", "Connections closed by the proxy.");
        CxDestroyRemote = scope.Counter("upstream_cx_destroy_remote", "Connections closed by the endpoint.");
        CxDestroyWithActiveRq = scope.Counter("upstream_cx_destroy_with_active_rq", "Connections closed with requests in flight.");
        CxIdleTimeout = scope.Counter("upstream_cx_idle_timeout", "Connections closed because they were idle.");
        CxMaxRequests = scope.Counter("upstream_cx_max_requests", "Connections replaced because they had carried as many requests as they may.");
        CxMaxDurationReached = scope.Counter("upstream_cx_max_duration_reached", "Connections replaced because of their age.");
        CxHeartbeatTimeout = scope.Counter("upstream_cx_heartbeat_timeout", "Connections closed because a heartbeat was not answered.");
        CxProtocolError = scope.Counter("upstream_cx_protocol_error", "Connections closed because of bytes that break the protocol.");
        CxGoAway = scope.Counter("upstream_cx_close_notify", "Connections that the endpoint wanted no more requests on.");
        CxRxBytes = scope.Counter("upstream_cx_rx_bytes_total", "Bytes received from endpoints.");
        CxTxBytes = scope.Counter("upstream_cx_tx_bytes_total", "Bytes sent to endpoints.");
        RqTotal = scope.Counter("upstream_rq_total", "Requests sent.");
        RqActive = scope.Gauge("upstream_rq_active", "Requests in flight.");
        RqCompleted = scope.Counter("upstream_rq_completed", "Requests that were answered.");
        RqOneWay = scope.Counter("upstream_rq_oneway", "Requests sent that want no answer.");
        RqPendingTotal = scope.Counter("upstream_rq_pending_total", "Requests that had to wait for a connection.");
        RqPendingActive = scope.Gauge("upstream_rq_pending_active", "Requests that wait for a connection.");
        RqPendingOverflow = scope.Counter(
            "upstream_rq_pending_overflow", "Requests answered by the proxy because too many were waiting or in flight.");
        RqPendingFailureEject = scope.Counter("upstream_rq_pending_failure_eject", "Requests whose connection failed while they waited.");
        RqTimeout = scope.Counter("upstream_rq_timeout", "Requests without an answer in time.");
        RqRxReset = scope.Counter("upstream_rq_rx_reset", "Requests whose connection was closed by the endpoint.");
        RqTxReset = scope.Counter("upstream_rq_tx_reset", "Requests given up by the proxy.");
        RqPerTryTimeout = scope.Counter("upstream_rq_per_try_timeout", "Tries whose time was over.");
        RqRetry = scope.Counter("upstream_rq_retry", "Tries after the first.");
        RqRetrySuccess = scope.Counter("upstream_rq_retry_success", "Requests that were answered well after having been tried again.");
        RqRetryLimitExceeded = scope.Counter(
            "upstream_rq_retry_limit_exceeded", "Requests that were not tried again because their retries were used up.");
        RqRetryOverflow = scope.Counter("upstream_rq_retry_overflow", "Requests that were not tried again because too many others were.");
        RqRetryBackoff = scope.Counter("upstream_rq_retry_backoff_exponential", "Waits before another try.");
        RetryAbandoned = scope.Counter(
            "retry_or_shadow_abandoned", "Requests that could not be tried again because they are too large to be kept.");
        RqHedge = scope.Counter("upstream_rq_hedge", "Tries beside one that was still going on.");
        RqHedgeSuccess = scope.Counter("upstream_rq_hedge_success", "Requests whose answer came from such a try.");
        RqLate = scope.Counter("upstream_rq_late", "Answers that came after their request had been given up, dropped.");
        RqUnknownId = scope.Counter("upstream_rq_unknown_id", "Answers with an id that no request had, dropped.");
        ServerPushDropped = scope.Counter("upstream_server_push_dropped", "Messages sent by endpoints unasked, dropped.");
        Heartbeats = scope.Counter("upstream_heartbeats", "Heartbeats sent.");
        NoneHealthy = scope.Counter("upstream_cx_none_healthy", "Requests that found no endpoint to go to.");
        LbHealthyPanic = scope.Counter("lb_healthy_panic", "Requests balanced over all endpoints because too few seemed to be healthy.");
        LbZoneRoutingAllDirectly = scope.Counter("lb_zone_routing_all_directly", "Requests that stayed in the proxy's own place, as all did.");
        LbZoneRoutingSampled = scope.Counter("lb_zone_routing_sampled", "Requests that stayed in the proxy's own place, while others did not.");
        LbZoneRoutingCrossZone = scope.Counter("lb_zone_routing_cross_zone", "Requests that went to another place, so that all endpoints get the same.");
        LbSubsetsSelected = scope.Counter("lb_subsets_selected", "Requests whose subset of endpoints exists.");
        LbSubsetsFallback = scope.Counter("lb_subsets_fallback", "Requests whose subset of endpoints does not exist, or who want none.");
        FlowControlPaused = scope.Counter("upstream_flow_control_paused_reading_total", "Times that reading from an endpoint was paused.");
        FlowControlResumed = scope.Counter(
            "upstream_flow_control_resumed_reading_total", "Times that reading from an endpoint was resumed.");
    }

    /// <summary>Connections begun.</summary>
    public int CxTotal { get; }

    /// <summary>Connections open or being opened. Gauge.</summary>
    public int CxActive { get; }

    /// <summary>Connections that could not be established.</summary>
    public int CxConnectFail { get; }

    /// <summary>Connections that were not established in time.</summary>
    public int CxConnectTimeout { get; }

    /// <summary>Times that a connection was wanted and the limit stood in the way.</summary>
    public int CxOverflow { get; }

    /// <summary>Connections closed.</summary>
    public int CxDestroy { get; }

    /// <summary>Connections closed by the proxy.</summary>
    public int CxDestroyLocal { get; }

    /// <summary>Connections closed by the endpoint.</summary>
    public int CxDestroyRemote { get; }

    /// <summary>Connections closed with requests in flight.</summary>
    public int CxDestroyWithActiveRq { get; }

    /// <summary>Connections closed because they were idle.</summary>
    public int CxIdleTimeout { get; }

    /// <summary>Connections replaced because they had carried as many requests as they may.</summary>
    public int CxMaxRequests { get; }

    /// <summary>Connections replaced because of their age.</summary>
    public int CxMaxDurationReached { get; }

    /// <summary>Connections closed because a heartbeat was not answered.</summary>
    public int CxHeartbeatTimeout { get; }

    /// <summary>Connections closed because of bytes that break the protocol.</summary>
    public int CxProtocolError { get; }

    /// <summary>Connections that the endpoint wanted no more requests on.</summary>
    public int CxGoAway { get; }

    /// <summary>Bytes received from endpoints.</summary>
    public int CxRxBytes { get; }

    /// <summary>Bytes sent to endpoints.</summary>
    public int CxTxBytes { get; }

    /// <summary>Requests sent.</summary>
    public int RqTotal { get; }

    /// <summary>Requests in flight. Gauge.</summary>
    public int RqActive { get; }

    /// <summary>Requests that were answered.</summary>
    public int RqCompleted { get; }

    /// <summary>Requests sent that want no answer.</summary>
    public int RqOneWay { get; }

    /// <summary>Requests that had to wait for a connection.</summary>
    public int RqPendingTotal { get; }

    /// <summary>Requests that wait for a connection. Gauge.</summary>
    public int RqPendingActive { get; }

    /// <summary>Requests answered by the proxy because too many were waiting or in flight.</summary>
    public int RqPendingOverflow { get; }

    /// <summary>Requests whose connection failed while they waited.</summary>
    public int RqPendingFailureEject { get; }

    /// <summary>Requests without an answer in time.</summary>
    public int RqTimeout { get; }

    /// <summary>Requests whose connection was closed by the endpoint.</summary>
    public int RqRxReset { get; }

    /// <summary>Requests given up by the proxy.</summary>
    public int RqTxReset { get; }

    /// <summary>Tries whose time was over.</summary>
    public int RqPerTryTimeout { get; }

    /// <summary>Tries after the first.</summary>
    public int RqRetry { get; }

    /// <summary>Requests that were answered well after having been tried again.</summary>
    public int RqRetrySuccess { get; }

    /// <summary>Requests that were not tried again because their retries were used up.</summary>
    public int RqRetryLimitExceeded { get; }

    /// <summary>Requests that were not tried again because too many others were.</summary>
    public int RqRetryOverflow { get; }

    /// <summary>Waits before another try.</summary>
    public int RqRetryBackoff { get; }

    /// <summary>Requests that could not be tried again because they are too large to be kept.</summary>
    public int RetryAbandoned { get; }

    /// <summary>Tries beside one that was still going on.</summary>
    public int RqHedge { get; }

    /// <summary>Requests whose answer came from such a try.</summary>
    public int RqHedgeSuccess { get; }

    /// <summary>Answers that came after their request had been given up, dropped.</summary>
    public int RqLate { get; }

    /// <summary>Answers with an id that no request had, dropped.</summary>
    public int RqUnknownId { get; }

    /// <summary>Messages sent by endpoints unasked, dropped.</summary>
    public int ServerPushDropped { get; }

    /// <summary>Heartbeats sent.</summary>
    public int Heartbeats { get; }

    /// <summary>Requests that found no endpoint to go to.</summary>
    public int NoneHealthy { get; }

    /// <summary>Requests balanced over all endpoints because too few seemed to be healthy.</summary>
    public int LbHealthyPanic { get; }

    /// <summary>Times that reading from an endpoint was paused.</summary>
    public int FlowControlPaused { get; }

    /// <summary>Times that reading from an endpoint was resumed.</summary>
    public int FlowControlResumed { get; }

    /// <summary>Requests that stayed in the proxy's own place, as all did.</summary>
    public int LbZoneRoutingAllDirectly { get; }

    /// <summary>Requests that stayed in the proxy's own place, while others did not.</summary>
    public int LbZoneRoutingSampled { get; }

    /// <summary>Requests that went to another place, so that all endpoints get the same.</summary>
    public int LbZoneRoutingCrossZone { get; }

    /// <summary>Requests whose subset of endpoints exists.</summary>
    public int LbSubsetsSelected { get; }

    /// <summary>Requests whose subset of endpoints does not exist, or who want none.</summary>
    public int LbSubsetsFallback { get; }

    /// <summary>Registers a cluster's figures.</summary>
    /// <param name="registry">Where.</param>
    /// <param name="name">The cluster's name, label <c>envoy_cluster_name</c>.</param>
    public static ClusterStats Create(MetricRegistry registry, string name) => new(StatScope.OfCluster(registry, name));

    /// <summary>Takes back this object's registrations; when no loop counts here any more, once.</summary>
    public void Remove() => _scope.Remove();
}
