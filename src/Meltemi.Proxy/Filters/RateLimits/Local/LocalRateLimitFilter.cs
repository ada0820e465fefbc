using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Transport;

namespace Meltemi.Proxy.Filters.RateLimits.Local;

/// <summary>The filter <c>aeraki.meta_protocol.filters.local_ratelimit</c>: a limit of a listener.</summary>
internal sealed class LocalRateLimitFilter(LocalLimit limit, EventLoop loop) : Filter
{
    /// <summary>Name of the filter.</summary>
    public const string FilterName = "aeraki.meta_protocol.filters.local_ratelimit";

    /// <inheritdoc/>
    public override bool ReadsAnswers => false;

    public override FilterStatus OnRequest(Exchange exchange, in MessageView message)
    {
        if (limit.Admits(exchange, message.Bytes, message.Values, loop.NowNanoseconds)) return FilterStatus.Continue;
        exchange.Flow.Refuse(exchange, message.Bytes, ReplyReason.RateLimited, limit.Text);
        return FilterStatus.Stop;
    }

    /// <summary>Makes them.</summary>
    internal sealed class Factory(LocalLimits limits) : IFilterFactory
    {
        public string Name => FilterName;

        public IEnumerable<string> WantedKeys(object? options) => ((LocalRateLimitConfig)options!).WantedKeys;

        public Filter Create(object? options, FilterContext context) => new LocalRateLimitFilter(
            limits.Compile((LocalRateLimitConfig)options!, context.Listener, context.Keys, context.Loop.Index), context.Loop);
    }
}
