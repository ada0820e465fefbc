using Meltemi.Codec;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>
/// A client's connection: cuts its bytes into messages, starts an exchange for each request, and keeps the exchanges in order of arrival. It
/// is its own idle timer.
/// <para>A client is read as long as it may go on: not while the upstream connection it writes to is full, not while it does not take its
/// answers, and not with more than <see cref="MaxInFlight"/> requests in flight.</para>
/// </summary>
internal sealed class InboundConnection : LoopTimer, IConnectionHandler
{
    /// <summary>Requests in flight of one client above which it is not read.</summary>
    public const int MaxInFlight = 4096;

    // Requests that were on their way when the client was asked to go still get their answers.
    private const int GoAwayGraceMilliseconds = 1000;

    private readonly Worker _worker;
    private readonly InboundListener _listener;
    private Exchange? _first;
    private Exchange? _last;
    private Dictionary<ulong, Exchange>? _streams;
    private byte[]? _remoteAddress;
    private byte[]? _localAddress;
    private ByteCounter _bytes;
    private long _lastActive;
    private int _brakes;
    private bool _tooMany;
    private bool _draining;
    private bool _inGrace;

    public InboundConnection(InboundListener listener, Connection connection, ListenerModel model)
    {
        _listener = listener;
        _worker = listener.Worker;
        Id = _worker.NextConnectionId();
        Connection = connection;
        Model = model;
        CodecState = Model.Codec.NewConnectionState(Origin.Client);
        _lastActive = _worker.Loop.NowMilliseconds;
        ScheduleIdle();
        if (Model.Codec.Info.ServerSpeaksFirst) ConnectFirst();
    }

    public Connection Connection { get; }

    /// <summary>What new requests run by; looked at anew with every read.</summary>
    public ListenerModel Model { get; private set; }

    public object? CodecState { get; }

    public long Id { get; }

    /// <summary>The client's address, for access logs.</summary>
    public ReadOnlySpan<byte> RemoteAddressUtf8 => _remoteAddress ??= AddressText.Utf8(Connection.RemoteEndPoint);

    /// <summary>Our address of the connection, for access logs.</summary>
    public ReadOnlySpan<byte> LocalAddressUtf8 => _localAddress ??= AddressText.Utf8(Connection.LocalEndPoint);

    public ListenerStats Stats => _listener.State.Stats;

    /// <summary>The upstream connection that is this client's own; null in the other pool modes.</summary>
    public UpstreamConnection? Bound { get; set; }

    /// <summary>Requests not yet answered.</summary>
    public int InFlight { get; private set; }

    /// <summary>Bytes of answers that wait for earlier ones.</summary>
    public int HeldBytes { get; set; }

    /// <summary>Hash of the client's IP address.</summary>
    public ulong AddressHash => _addressHash ??= ClientAddress.Hash(Connection.RemoteEndPoint);

    private ulong? _addressHash;

    // ---- bytes -------------------------------------------------------------------------------------------------------------------------

    public int OnData(Connection connection, Span<byte> data)
    {
        Model = Model.State.Model;
        _lastActive = _worker.Loop.NowMilliseconds;
        CountBytes();
        var codec = Model.Codec;
        var consumed = 0;
        while (consumed < data.Length && _brakes == 0 && !connection.IsClosed)
        {
            Frame frame = default;
            var rest = data[consumed..];
            var decoded = codec.Decode(rest, Origin.Client, CodecState, ref frame);
            if (decoded.Status == DecodeStatus.NeedMore)
            {
                connection.Need(decoded.Needed);
                break;
            }

            if (decoded.Status != DecodeStatus.Complete)
            {
                Malformed(decoded);
                return data.Length;
            }

            consumed += frame.Length;
            Receive(rest[..frame.Length], ref frame);
        }

        return consumed;
    }

    private void Receive(Span<byte> message, ref Frame frame)
    {
        switch (frame.Kind)
        {
            case MessageKind.Request or MessageKind.OneWay or MessageKind.StreamOpen:
                _worker.Flow.Start(this, message, frame);
                break;
            case MessageKind.StreamData or MessageKind.StreamClose when Bound is null:
                if (_streams is not null && _streams.TryGetValue(frame.Id, out var stream)) _worker.Flow.ContinueStream(stream, message, frame);
                else _worker.Add(Stats.RqUnexpected);
                break;
            case MessageKind.Heartbeat:
                _worker.Add(Stats.Heartbeats);
                Model.Codec.WriteHeartbeatAnswer(message, frame, Connection);
                break;
            case MessageKind.HeartbeatAnswer:
                break;
            default:
                if (Bound is { } bound) bound.Connection.Write(message);
                else _worker.Add(Stats.RqUnexpected);
                break;
        }

        if (InFlight >= MaxInFlight && !_tooMany)
        {
            _tooMany = true;
            Brake();
        }
    }

    private void Malformed(in Decoded decoded)
    {
        _worker.Add(Stats.CxProtocolError);
        _worker.Add(Stats.RequestDecodingError);
        var log = _listener.State.Log;
        if (log.IsEnabled(LogLevel.Debug)) log.Debug($"{Model.State.Place}: closing {Connection.RemoteEndPoint}: {decoded.Reason}");
        Connection.Close();
    }

    private void ConnectFirst()
    {
        _worker.Values.Reset(Model.Keys);
        if (Model.Routes.Match(default, _worker.Values) is not { } route) return;
        if (Model.Clusters[route.PickCluster(default, _worker.Values, AddressHash, _worker.NextRandom(), out var subset)]?.ForLoop(_worker.Index) is not { } cluster) return;
        if (cluster.Pick(new(0, false, _worker.NextRandom(), Subset: subset), Connection) is not { } endpoint || endpoint.Pool(Model, 0).OpenFor(this, route) is null)
        {
            Connection.Close();
        }
    }

    // ---- exchanges, oldest first -------------------------------------------------------------------------------------------------------

    public void Add(Exchange x)
    {
        x.Previous = _last;
        x.Next = null;
        if (_last is null) _first = x;
        else _last.Next = x;
        _last = x;
        InFlight++;
    }

    public void Remove(Exchange x)
    {
        if (x.Previous is null) _first = x.Next;
        else x.Previous.Next = x.Next;
        if (x.Next is null) _last = x.Previous;
        else x.Next.Previous = x.Previous;
        x.Previous = x.Next = null;
        InFlight--;
        if (x.Kind == MessageKind.StreamOpen) _streams?.Remove(x.ClientId);
    }

    public void OpenStream(Exchange x) => (_streams ??= [])[x.ClientId] = x;

    public Exchange? Find(ulong clientId)
    {
        for (var x = _first; x is not null; x = x.Next)
        {
            if (x.ClientId == clientId && x.State == ExchangeState.InFlight) return x;
        }

        return null;
    }

    /// <summary>Whether this answer would overtake an earlier one that the client expects first.</summary>
    public bool MustWait(Exchange x) => Model.Codec.Info.OrderedAnswers && x.Previous is not null;

    /// <summary>An exchange is over: writes the answers whose turn has come, and goes on reading if that had stopped.</summary>
    public void Advance()
    {
        _lastActive = _worker.Loop.NowMilliseconds;
        while (_first is { State: ExchangeState.Answered } first && !Connection.IsClosed) _worker.Flow.WriteHeldAnswer(first);
        if (Connection.PendingBytes + HeldBytes > _listener.State.MaxPendingBytes)
        {
            _worker.Add(Stats.CxSlowClient);
            Connection.Abort();
            return;
        }

        if (_tooMany && InFlight <= MaxInFlight / 2)
        {
            _tooMany = false;
            Release();
        }

        if (_draining && !_inGrace && InFlight == 0) Connection.Close();
    }

    /// <summary>Answers all that are in flight upstream. Answering one may end others, so each time the list is looked at anew.</summary>
    public void FailAll(ReplyReason reason)
    {
        while (FirstInFlight() is { } x) _worker.Flow.Reply(x, reason);
    }

    private Exchange? FirstInFlight()
    {
        var x = _first;
        while (x is not null && x.State != ExchangeState.InFlight) x = x.Next;
        return x;
    }

    // ---- flow control ------------------------------------------------------------------------------------------------------------------

    /// <summary>An upstream connection that this client writes to is full.</summary>
    public void Slow() => Brake();

    public void Unslow() => Release();

    public void OnHighWatermark(Connection connection)
    {
        Brake();
        Bound?.Connection.PauseReading();
    }

    public void OnLowWatermark(Connection connection)
    {
        Release();
        Bound?.Connection.ResumeReading();
    }

    private void Brake()
    {
        if (_brakes++ == 0) Connection.PauseReading();
    }

    private void Release()
    {
        if (--_brakes == 0 && !Connection.IsClosed) Connection.ResumeReading();
    }

    private void CountBytes() => _bytes.Count(Connection, _worker.Metrics, Stats.CxRxBytes, Stats.CxTxBytes);

    // ---- ends --------------------------------------------------------------------------------------------------------------------------

    public void OnConnected(Connection connection) { }

    /// <summary>The client sends no more, but may still wait for its answers.</summary>
    public void OnPeerClosed(Connection connection)
    {
        _draining = true;
        if (InFlight == 0) connection.Close();
    }

    public void OnClosed(Connection connection, CloseReason reason)
    {
        Cancel();
        CountBytes();
        if (InFlight > 0) _worker.Add(reason == CloseReason.Local ? Stats.CxDestroyLocalActiveRq : Stats.CxDestroyRemoteActiveRq);
        while (_first is { } x) _worker.Flow.ClientGone(x);
        if (Bound is { } bound)
        {
            Bound = null;
            bound.ClientGone();
        }

        _listener.Closed(this);
    }

    /// <summary>
    /// The proxy is about to end: the client is asked to go where its protocol can say so, and let go as soon as nothing of it is in flight.
    /// </summary>
    public void Drain()
    {
        var info = Model.Codec.Info;
        _draining = true;
        if (info.GoAway)
        {
            _worker.Add(Stats.GoAwaySent);
            Model.Codec.WriteGoAway(0, Connection);
            _inGrace = true;
            _worker.Loop.Schedule(this, GoAwayGraceMilliseconds);
        }
        else if (InFlight == 0)
        {
            Connection.Close();
        }
    }

    protected override void OnExpired()
    {
        if (_inGrace)
        {
            _inGrace = false;
            if (InFlight == 0) Connection.Close();
            return;
        }

        var idle = _worker.Loop.NowMilliseconds - _lastActive;
        if (InFlight == 0 && idle >= Model.Chain.IdleTimeout.TotalMilliseconds && Model.Chain.IdleTimeout > TimeSpan.Zero)
        {
            _worker.Add(Stats.CxIdleTimeout);
            Connection.Close();
            return;
        }

        ScheduleIdle();
    }

    private void ScheduleIdle()
    {
        var limit = Model.Chain.IdleTimeout.TotalMilliseconds;
        if (limit <= 0) return;
        var left = limit - (_worker.Loop.NowMilliseconds - _lastActive);
        _worker.Loop.Schedule(this, (int)Math.Clamp(left, 1, int.MaxValue / 2));
    }
}
