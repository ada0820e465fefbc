using System.Buffers;
using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Routing.Retries;
using Meltemi.Transport;

namespace Meltemi.Proxy.Flow;

/// <summary>
/// What a request needs to be tried again, from its first sending until its answer is certain: its bytes, and where it has been. It is its own
/// timer, first of the try and then of the wait before the next.
/// <para>The request's own exchange, the lead, is what its client waits for and carries one try after the other. Tries beside it (hedges) have
/// exchanges of their own, which no client knows.</para>
/// </summary>
internal sealed class Tries(RequestFlow flow) : LoopTimer
{
    // Larger requests borrow a buffer.
    private const int OwnBytes = 2 * 1024;

    private byte[] _own = [];
    private byte[]? _borrowed;
    private int _length;

    /// <summary>The request's own exchange; null in the store.</summary>
    public Exchange? Lead { get; private set; }

    public RetryPolicy Policy { get; private set; } = null!;

    /// <summary>The request as the client sent it.</summary>
    public Span<byte> Request => (_borrowed ?? _own).AsSpan(0, _length);

    /// <summary>What the codec said of it.</summary>
    public Frame Frame { get; private set; }

    /// <summary>Hash that the endpoint is chosen by, if <see cref="HasHash"/>.</summary>
    public ulong Hash { get; set; }

    public bool HasHash { get; set; }

    /// <summary>Time of the loop at which the request's own deadline is over; 0: it has none.</summary>
    public long DeadlineMilliseconds { get; private set; }

    /// <summary>Tries after the first.</summary>
    public int Retries { get; set; }

    /// <summary>Places taken in the cluster's retry budget.</summary>
    public int Credits { get; set; }

    /// <summary>Waits before the next try.</summary>
    public bool IsBackingOff { get; set; }

    /// <summary>First of the tries beside the lead's, linked by <see cref="Exchange.Next"/>.</summary>
    public Exchange? Hedges { get; set; }

    /// <summary>Where the request has been.</summary>
    public TriedEndpoints Tried { get; } = new();

    /// <summary>The next one in the store.</summary>
    public Tries? Next { get; set; }

    /// <summary>Whether a try is still going on.</summary>
    public bool AnyGoingOn => Lead!.Trying || Hedges is not null;

    /// <summary>Whether another try is going on than this one.</summary>
    public bool AnyOtherThan(Exchange x) =>
        ReferenceEquals(x, Lead) ? Hedges is not null : Lead!.Trying || !ReferenceEquals(Hedges, x) || x.Next is not null;

    /// <summary>Takes a hedge out.</summary>
    public void Remove(Exchange hedge)
    {
        if (ReferenceEquals(Hedges, hedge))
        {
            Hedges = hedge.Next;
            return;
        }

        var before = Hedges;
        while (before is not null && !ReferenceEquals(before.Next, hedge)) before = before.Next;
        if (before is not null) before.Next = hedge.Next;
    }

    public void Begin(Exchange lead, RetryPolicy policy, ReadOnlySpan<byte> request, in Frame frame, long deadline)
    {
        Lead = lead;
        Policy = policy;
        DeadlineMilliseconds = deadline;
        _length = request.Length;
        if (_length > OwnBytes) _borrowed = ArrayPool<byte>.Shared.Rent(_length);
        else if (_own.Length == 0) _own = new byte[OwnBytes];
        request.CopyTo(Request);
        Frame = frame;
        Tried.MaxAttempts = policy.HostAttempts;
    }

    public void End()
    {
        Lead = null;
        Hedges = null;
        Retries = Credits = 0;
        HasHash = IsBackingOff = false;
        Tried.Clear();
        if (_borrowed is null) return;
        ArrayPool<byte>.Shared.Return(_borrowed);
        _borrowed = null;
    }

    protected override void OnExpired()
    {
        if (IsBackingOff) flow.TryAgain(this);
        else flow.TryExpired(this);
    }
}
