using System.Text;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;

namespace Meltemi.Proxy.Filters.Sessions;

/// <summary>
/// Sessions that clients carry: the answer names the endpoint that gave it in an attribute; a request that brings the attribute along goes to that
/// endpoint, as long as it is there. Nobody has to remember anything, so it works through any number of proxies.
/// </summary>
internal sealed class StatefulSessionFilter(StatefulSessionConfig config, int slot) : Filter
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(config.Attribute);

    /// <inheritdoc/>
    public override bool ReadsAnswers => false;

    public override FilterStatus OnRequest(Exchange exchange, in MessageView message)
    {
        var tag = message[slot];
        if (tag.IsEmpty) return FilterStatus.Continue;
        (exchange.Session ??= new()).Read(tag, config.IsStrict);
        return FilterStatus.Continue;
    }

    public override FilterStatus OnResponse(Exchange exchange, in MessageView message)
    {
        // Who already has the right tag need not be told.
        if (exchange.Endpoint is { } endpoint && (exchange.Session is not { } session || !session.Address.SequenceEqual(endpoint.Endpoint.Name)))
            exchange.Mutation.Set(_key, endpoint.SessionTag);
        return FilterStatus.Continue;
    }

    /// <summary>Makes them.</summary>
    internal sealed class Factory : IFilterFactory
    {
        /// <summary>Name of the filter.</summary>
        public const string FilterName = "envoy.filters.http.stateful_session";

        public string Name => FilterName;

        public IEnumerable<string> WantedKeys(object? options) => [((StatefulSessionConfig)options!).Attribute];

        public Filter Create(object? options, FilterContext context)
        {
            var config = (StatefulSessionConfig)options!;
            return new StatefulSessionFilter(config, context.Keys.IndexOf(config.Attribute));
        }
    }
}
