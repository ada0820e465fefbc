using Envoy.Service.Ratelimit.V3;
using Meltemi.Proxy.Flow;
using Meltemi.Transport;

namespace Meltemi.Proxy.Filters.RateLimits.Global;

/// <summary>
/// A request that waits for the service's verdict, and the timer that ends the wait. Belongs to its loop; what the thread pool does with it is to ask, and to
/// post the answer.
/// </summary>
internal sealed class Question(GlobalRateLimitFilter filter, EventLoop loop, Exchange exchange, RateLimitRequest request) : LoopTimer, IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _end = new();
    private RateLimitResponse.Types.Code? _answer;

    public Exchange Exchange => exchange;

    /// <summary>The verdict was given, or nobody waits for it any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Starts to wait.</summary>
    /// <param name="milliseconds">How long at most.</param>
    public void Start(int milliseconds)
    {
        loop.Schedule(this, milliseconds);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends the wait; false: it was over.</summary>
    public bool End()
    {
        if (IsOver) return false;
        IsOver = true;
        Cancel();
        _ = _end.CancelAsync(); // what that wakes is not the loop's work
        return true;
    }

    void IThreadPoolWorkItem.Execute() => _ = AskAsync();

    protected override void OnExpired() => filter.Decide(this, null);

    private async Task AskAsync()
    {
        _answer = await filter.AskAsync(request, _end.Token).ConfigureAwait(false);
        loop.Post(static question => ((Question)question!).Answered(), this);
    }

    private void Answered() => filter.Decide(this, _answer);
}
