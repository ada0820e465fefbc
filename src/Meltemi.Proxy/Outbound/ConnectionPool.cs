using Meltemi.Codec;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Routing;

namespace Meltemi.Proxy.Outbound;

/// <summary>
/// One loop's connections to one endpoint that speak one protocol in one variant. How requests share them:
/// <list type="bullet">
/// <item>Multiplexed and pipelined: up to <c>ConnectionsPerEndpoint</c>, the one with the fewest requests in flight is used.</item>
/// <item>One at a time: the connection used last is used first, so that the others can grow idle and close; when the cluster's limit
/// of connections is reached, requests wait in a bounded queue.</item>
/// <item>Bound: a connection for each client.</item>
/// </list>
/// But for the last, one connection may always be opened where there is none, whatever the cluster's bounds say.
/// </summary>
internal sealed class ConnectionPool(EndpointPool endpoint, ICodec codec, PoolMode mode, byte variant, bool forMirrors = false)
{
    private readonly List<UpstreamConnection> _connections = new(1);
    private readonly List<UpstreamConnection> _idle = [];
    private ExchangeQueue _waiting;

    public EndpointPool Endpoint { get; } = endpoint;

    public ICodec Codec { get; } = codec;

    public PoolMode Mode { get; } = mode;

    public byte Variant { get; } = variant;

    public Worker Worker { get; } = endpoint.Cluster.Worker;

    /// <summary>Carries copies of requests, and nothing but these.</summary>
    public bool ForMirrors { get; } = forMirrors;

    /// <summary>Whether requests of this listener and variant belong here.</summary>
    public bool Serves(ListenerModel model, byte variant, bool mirrors = false) =>
        variant == Variant && mirrors == ForMirrors && (ReferenceEquals(model.Codec, Codec) || model.Codec.Info.IsSame(Codec.Info))
        && (Endpoint.Cluster.Cluster.Config.PoolMode ?? model.PoolMode) == Mode;

    public SendResult Send(Exchange x, Span<byte> message, in Frame frame)
    {
        var connection = Mode switch
        {
            PoolMode.OneAtATime => TakeIdle() ?? Open(null, null, x.Limits!),
            PoolMode.Bound => Open(x.Client, x.Route, x.Limits!),
            _ => LeastBusy(x.Limits!),
        };
        if (ForMirrors && connection is not null && connection.IsFull)
        {
            // No client can be slowed down for a copy.
            if (Mode == PoolMode.OneAtATime) Released(connection);
            return SendResult.Overflow;
        }

        if (connection is not null) return connection.Send(x, message, frame);
        if (Mode != PoolMode.OneAtATime || _connections.Count == 0 || !x.Limits!.Pending.TryTake())
        {
            Worker.Add(Endpoint.Cluster.Stats.RqPendingOverflow);
            return SendResult.Overflow;
        }

        Worker.Add(Endpoint.Cluster.Stats.RqPendingTotal);
        Worker.Add(Endpoint.Cluster.Stats.RqPendingActive);
        x.WaitingIn = this;
        _waiting.Add(x);
        return SendResult.Waits;
    }

    /// <summary>Opens a connection for a client before it said anything; null if a limit is reached.</summary>
    public UpstreamConnection? OpenFor(InboundConnection client, Route route) => Open(client, route, Endpoint.Cluster.For(route));

    /// <summary>A waiting request is over.</summary>
    public void Forget(Exchange x)
    {
        if (_waiting.Remove(x)) NoLongerPending(x);
    }

    /// <summary>A connection that carries one request at a time has nothing to do.</summary>
    public void Released(UpstreamConnection connection)
    {
        if (connection.Retired)
        {
            connection.CloseWhenEmpty();
            return;
        }

        if (_waiting.Take() is not { } next)
        {
            _idle.Add(connection);
            return;
        }

        NoLongerPending(next);
        next.WaitingIn = null;
        Worker.Flow.SendHeld(next, connection);
    }

    /// <summary>A connection is gone. Those who waited for it get another one, or, if the endpoint cannot be reached, an answer.</summary>
    public void Closed(UpstreamConnection connection, ReplyReason reason, bool wasConnected)
    {
        _connections.Remove(connection);
        _idle.Remove(connection);
        while (_waiting.Count > 0)
        {
            var next = wasConnected ? Open(null, null, _waiting.Head!.Limits!) : null;
            if (next is null && _connections.Count > 0) return;
            var x = _waiting.Take()!;
            NoLongerPending(x);
            x.WaitingIn = null;
            if (next is not null) Worker.Flow.SendHeld(x, next);
            else Worker.Flow.Failed(x, reason);
        }
    }

    /// <summary>The endpoint is no longer used: connections close as soon as they have nothing in flight.</summary>
    public void Drain()
    {
        for (var i = _connections.Count - 1; i >= 0; i--) _connections[i].Retire();
        _idle.Clear();
    }

    /// <summary>A connection takes no new requests.</summary>
    public void Retired(UpstreamConnection connection) => _idle.Remove(connection);

    private void NoLongerPending(Exchange x)
    {
        x.Limits!.Pending.Return();
        Worker.Add(Endpoint.Cluster.Stats.RqPendingActive, -1);
    }

    private UpstreamConnection? TakeIdle()
    {
        if (_idle.Count == 0) return null;
        var connection = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        return connection;
    }

    private UpstreamConnection? LeastBusy(CircuitBreaker.Share limits)
    {
        UpstreamConnection? best = null;
        var usable = 0;
        foreach (var connection in _connections)
        {
            if (connection.Retired) continue;
            usable++;
            if (best is null || connection.InFlight < best.InFlight) best = connection;
        }

        if (best is { InFlight: 0 } || usable >= Endpoint.Cluster.Cluster.Config.ConnectionsPerEndpoint) return best;
        return Open(null, null, limits) ?? best;
    }

    private UpstreamConnection? Open(InboundConnection? boundClient, Route? boundRoute, CircuitBreaker.Share limits)
    {
        var isWithin = Endpoint.TryOpen(limits);
        if (!isWithin)
        {
            // One it may always have: what other loops and endpoints keep is of no use here, and nobody could be served.
            if (Mode == PoolMode.Bound || _connections.Exists(static one => !one.Retired)) return null;
            Endpoint.OpenBeyond();
        }

        var connection = new UpstreamConnection(this, boundClient, boundRoute, isWithin ? limits : null);
        _connections.Add(connection);
        connection.Open();
        return connection;
    }
}

/// <summary>What became of a request that was to be sent.</summary>
internal enum SendResult : byte
{
    /// <summary>Written to a connection, which may still be connecting.</summary>
    Sent,

    /// <summary>Waits for a connection.</summary>
    Waits,

    /// <summary>A limit is reached.</summary>
    Overflow,

    /// <summary>The message cannot carry the changes that it must have.</summary>
    CannotRewrite,
}
