using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>The filter <c>meltemi.filters.adaptive_concurrency</c>: requests beyond what the servers bear at this time are refused at once.</summary>
internal sealed class AdaptiveConcurrencyFilter(GradientController controller, AdaptiveStats stats, LoopMetrics metrics, EventLoop loop) : Filter
{
    /// <summary>Name of the filter.</summary>
    public const string FilterName = "meltemi.filters.adaptive_concurrency";

    private static readonly object Inside = new();

    /// <inheritdoc/>
    public override bool ReadsAnswers => false;

    public override FilterStatus OnRequest(Exchange exchange, in MessageView message)
    {
        if (controller.TryEnter())
        {
            exchange.FilterState = Inside;
            return FilterStatus.Continue;
        }

        metrics.Add(stats.Blocked, 1);
        exchange.Flow.Refuse(exchange, message.Bytes, ReplyReason.Overflow, "meltemi: more requests are in flight than the servers bear (UO)"u8);
        return FilterStatus.Stop;
    }

    public override void OnCompleted(Exchange exchange)
    {
        if (exchange.FilterState is not null) controller.Leave(loop.NowNanoseconds, exchange.StartNanoseconds, Duration(exchange));
    }

    // Streams last as long as they like, one-way messages end at once, and a client that left or an answer of ours says nothing of the servers.
    private long Duration(Exchange exchange)
    {
        if (exchange.Kind != MessageKind.Request) return -1;
        if (exchange.AnsweredNanoseconds > 0) return exchange.AnsweredNanoseconds - exchange.StartNanoseconds;
        return exchange is { IsLocalReply: true, Reason: ReplyReason.Timeout } ? loop.NowNanoseconds - exchange.StartNanoseconds : -1;
    }

    /// <summary>Makes them.</summary>
    internal sealed class Factory(AdaptiveLimits limits, MetricRegistry metrics) : IFilterFactory
    {
        public string Name => FilterName;

        public IEnumerable<string> WantedKeys(object? options) => [];

        public Filter Create(object? options, FilterContext context)
        {
            var (controller, stats) = limits.Find(context.Listener, (AdaptiveConcurrencyConfig)options!, context.Loop);
            return new AdaptiveConcurrencyFilter(controller, stats, metrics.ForLoop(context.Loop.Index), context.Loop);
        }
    }
}
