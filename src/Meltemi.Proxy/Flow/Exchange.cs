using System.Buffers;
using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.Faults;
using Meltemi.Proxy.Filters.Sessions;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Routing;
using Meltemi.Proxy.Routing.Templates;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Flow;

/// <summary>
/// One request on its way, from the client's bytes to the answer; or one stream. Lives on one loop, is rented from the loop's
/// store and goes back when it is over. It is at the same time its own deadline timer and a node of the lists it stands in, so that a
/// request allocates nothing.
/// </summary>
public sealed class Exchange : LoopTimer
{
    internal Exchange(RequestFlow flow) => Flow = flow;

    internal RequestFlow Flow { get; }

    // Who asked. Null once the client is gone; then the answer is dropped.
    internal InboundConnection? Client;
    internal ListenerModel Model = null!;
    internal ulong ClientId;
    internal long Memo;
    internal byte Variant;
    internal MessageKind Kind;
    internal byte[] Kept = [];
    internal int KeptLength;

    // Where it goes.
    internal Route? Route;
    internal ClusterWorker? Cluster;
    internal LbMetadata? Subset;
    internal SessionTag? Session;
    internal EndpointPool? Endpoint;
    internal UpstreamConnection? Upstream;
    internal ConnectionPool? WaitingIn;
    internal ulong UpstreamId;

    // The try at the endpoint that is going on; how many there were, those beside it included; and, as long as there may be a next, the request.
    // From the second on what is known of all of them, and which endpoints the next is to avoid.
    internal bool Trying;
    internal bool RetriesUsedUp;
    internal int Attempts;
    internal long TryNanoseconds;
    internal KeptRequest Request;
    internal TriedEndpoints? Tried;
    internal Tries? Tries;

    // Loop's time of its deadline, and of the end of the try or of the wait before the next; 0: there is none.
    internal long DeadlineMilliseconds;
    internal long TryEndMilliseconds;

    // Values that routes made for it.
    internal TemplateState? Templates;

    // A request: its comparisons with its copies, linked. A copy: its comparison with the request; and what its sending needs.
    internal Comparison? Copies;
    internal bool IsCopy;
    internal bool HasCopyHash;
    internal ulong CopyHash;
    internal int CopyTimeout;

    // Faults on purpose.
    internal FaultState Fault;

    // Where it stands.
    internal ExchangeState State;
    internal int FilterIndex;
    internal bool InFilter;
    internal bool ResumeAsked;
    internal bool ClientEnded;
    internal bool ServerEnded;
    internal long StartNanoseconds;
    internal long LastActivityMilliseconds;
    internal int RequestBytes;
    internal int ResponseBytes;
    internal RequestSeries? Series;

    // The cluster's limits that it counts against; null: it was not admitted.
    internal CircuitBreaker.Share? Limits;

    // A message that waits: the request in a filter or for a connection, the answer in a filter or for its turn.
    internal byte[]? Held;
    internal int HeldLength;
    internal Frame HeldFrame;

    // The end, while an ordered client's earlier requests are still open.
    internal ResponseFlag EndFlag;
    internal int EndCode;

    // For the access log: attribute values of the request and, behind them, of the answer; and what else it tells of the end.
    internal byte[] LogBytes = [];
    internal int LogLength;
    internal int LogResponseLength;
    internal UpstreamConnection? SentOn;
    internal long AnsweredNanoseconds;
    internal bool IsLocalReply;
    internal ReplyReason Reason;

    // Neighbours among the client's requests and in the upstream connection's or pool's queue.
    internal Exchange? Previous;
    internal Exchange? Next;
    internal Exchange? QueueNext;

    /// <summary>Number of this use of the object: a filter that resumes later compares it.</summary>
    public long Sequence { get; internal set; }

    /// <summary>State of the filter that is being called or that paused the exchange.</summary>
    public object? FilterState
    {
        get => _filterStates is null || FilterIndex >= _filterStates.Length ? null : _filterStates[FilterIndex];
        set
        {
            if (_filterStates is null || FilterIndex >= _filterStates.Length) Array.Resize(ref _filterStates, FilterIndex + 1);
            _filterStates[FilterIndex] = value;
        }
    }

    private object?[]? _filterStates;

    /// <summary>A try beside another: has no place among the client's requests, and never ends by itself.</summary>
    internal bool IsHedge => Tries is { } tries && !ReferenceEquals(tries.Lead, this);

    /// <summary>
    /// Changes that filters want: of the request while it is on its way in, of the answer on its way back. What they consist of must stay as it is
    /// until the exchange is over: a request may be sent again.
    /// </summary>
    public Mutation Mutation { get; } = new();

    /// <summary>Name of the matched route; null before routing.</summary>
    public string? RouteName => Route?.Name;

    /// <summary>Name of the chosen cluster; null before routing.</summary>
    public string? ClusterName => Cluster?.Cluster.Name;

    /// <summary>Goes on after <see cref="Filters.FilterStatus.Pause"/>. Loop thread only.</summary>
    public void Resume() => Flow.Resume(this);

    /// <summary>Answers the client with an error of its protocol and ends the exchange.</summary>
    public void Reply(ReplyReason reason, ReadOnlySpan<byte> text) => Flow.Reply(this, reason, text);

    /// <summary>Closes the client's connection.</summary>
    public void Abort() => Client?.Connection.Abort();

    protected override void OnExpired() => Flow.Expired(this);

    internal void Hold(ReadOnlySpan<byte> message, in Frame frame)
    {
        Release();
        Held = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(Held);
        HeldLength = message.Length;
        HeldFrame = frame;
    }

    internal void Release()
    {
        if (Held is null) return;
        ArrayPool<byte>.Shared.Return(Held);
        Held = null;
    }

    internal void Keep(ReadOnlySpan<byte> message, in Frame frame)
    {
        KeptLength = 0;
        if (frame.KeepLength <= 0) return;
        KeptLength = Math.Min(frame.KeepLength, RequestInfo.MaxKept);
        if (Kept.Length < KeptLength) Kept = new byte[Math.Min(RequestInfo.MaxKept, Math.Max(64, KeptLength * 2))];
        message.Slice(frame.KeepOffset, KeptLength).CopyTo(Kept);
    }

    internal void Reset()
    {
        Release();
        Client = null;
        Model = null!;
        Route = null;
        Cluster = null;
        Subset = null;
        Session?.Clear();
        Endpoint = null;
        Tried = null;
        Tries = null;
        DeadlineMilliseconds = TryEndMilliseconds = 0;
        Copies = null;
        IsCopy = HasCopyHash = false;
        CopyHash = 0;
        Limits = null;
        Attempts = 0;
        Trying = RetriesUsedUp = false;
        Upstream = null;
        WaitingIn = null;
        Series = null;
        State = ExchangeState.Free;
        ClientEnded = ServerEnded = InFilter = ResumeAsked = false;
        ResponseBytes = 0;
        LogLength = LogResponseLength = 0;
        SentOn = null;
        AnsweredNanoseconds = 0;
        IsLocalReply = false;
        FilterIndex = 0;
        if (_filterStates is not null) Array.Clear(_filterStates);
        Mutation.Clear();
    }
}

/// <summary>Where an exchange stands.</summary>
internal enum ExchangeState : byte
{
    /// <summary>In the store.</summary>
    Free,

    /// <summary>Request filters are at work, maybe paused.</summary>
    Filtering,

    /// <summary>An injected delay, of the request or of the answer, is not over.</summary>
    Delayed,

    /// <summary>Waits for a connection of a pool.</summary>
    Waiting,

    /// <summary>Sent upstream; the answer is awaited.</summary>
    InFlight,

    /// <summary>A try came to nothing; waits before the next.</summary>
    BackingOff,

    /// <summary>Answer filters are at work, maybe paused.</summary>
    Answering,

    /// <summary>Answered; waits for earlier answers of an ordered client. Nothing refers to it but the client.</summary>
    Answered,
}
