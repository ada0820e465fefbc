using System.Text;
using Envoy.Extensions.Common.Ratelimit.V3;
using Envoy.Service.Ratelimit.V3;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Routing.Matching;
using Meltemi.Proxy.Telemetry.Metrics;
using static Envoy.Service.Ratelimit.V3.RateLimitResponse.Types;

namespace Meltemi.Proxy.Filters.RateLimits.Global;

/// <summary>
/// The filter <c>aeraki.meta_protocol.filters.ratelimit</c>: asks a service about each request, which waits meanwhile; the loop does not. Headers that the service
/// wants added to answers are ignored.
/// </summary>
internal sealed class GlobalRateLimitFilter : Filter
{
    /// <summary>Name of the filter.</summary>
    public const string FilterName = "aeraki.meta_protocol.filters.ratelimit";

    /// <summary>Most requests of a loop that wait at a time; the service counts as failing for further ones.</summary>
    public const int MaxQuestions = 10_000;

    private static readonly byte[] FailedText = Encoding.UTF8.GetBytes("meltemi: the rate limit service did not answer (RLSE)");

    private readonly GlobalRateLimitConfig _config;
    private readonly FilterContext _context;
    private readonly Condition[] _conditions;
    private readonly (string Key, int Slot, string Value)[][] _descriptors;
    private readonly RateLimitClient _client;
    private readonly GlobalLimitStats _stats;
    private readonly LoopMetrics _metrics;
    private readonly byte[] _text;
    private readonly int _milliseconds;
    private int _questions;

    public GlobalRateLimitFilter(GlobalRateLimitConfig config, FilterContext context, RateLimitServices services, LoopMetrics metrics)
    {
        (_config, _context, _metrics) = (config, context, metrics);
        (_client, _stats) = (services.Client(config.Server), services.Stats(config.Server));
        _conditions = [.. config.Match.Select(match => new Condition(match, context.Keys))];
        _descriptors = [.. config.Descriptors.Select(entries =>
            entries.Select(entry => (entry.Key, entry.Attribute is null ? -1 : context.Keys.IndexOf(entry.Attribute), entry.Value)).ToArray())];
        _text = Encoding.UTF8.GetBytes($"meltemi: over the rate limit of '{config.Domain.AsSpan(0, Math.Min(64, config.Domain.Length))}' (RL)");
        _milliseconds = Math.Max(1, (int)Math.Ceiling(config.Timeout.TotalMilliseconds));
    }

    /// <inheritdoc/>
    public override bool ReadsAnswers => false;

    public override FilterStatus OnRequest(Exchange exchange, in MessageView message)
    {
        if (!Condition.AllHold(_conditions, message.Bytes, message.Values)) return FilterStatus.Continue;
        if (Request(message) is not { } request) return FilterStatus.Continue;
        if (_questions >= MaxQuestions)
        {
            if (PassesWithoutAnswer()) return FilterStatus.Continue;
            exchange.Flow.Refuse(exchange, message.Bytes, ReplyReason.RateLimiterFailed, FailedText);
            return FilterStatus.Stop;
        }

        _questions++;
        var question = new Question(this, _context.Loop, exchange, request);
        exchange.FilterState = question;
        question.Start(_milliseconds);
        return FilterStatus.Pause;
    }

    public override void OnCompleted(Exchange exchange)
    {
        if (exchange.FilterState is Question question && question.End()) _questions--;
    }

    /// <summary>Asks the service. On the thread pool.</summary>
    public Task<Code?> AskAsync(RateLimitRequest request, CancellationToken cancel) => _client.AskAsync(request, _config.Timeout, cancel);

    /// <summary>The answer has come, or the time is over: null. On the loop.</summary>
    public void Decide(Question question, Code? answer)
    {
        if (!question.End()) return;
        _questions--;
        var exchange = question.Exchange;
        switch (answer)
        {
            case Code.OverLimit:
                _metrics.Add(_stats.OverLimit);
                exchange.Flow.RefuseHeld(exchange, ReplyReason.RateLimited, _text);
                break;
            case null when !PassesWithoutAnswer():
                exchange.Flow.RefuseHeld(exchange, ReplyReason.RateLimiterFailed, FailedText);
                break;
            default:
                if (answer is not null) _metrics.Add(_stats.Ok);
                exchange.Resume();
                break;
        }
    }

    private bool PassesWithoutAnswer()
    {
        _metrics.Add(_stats.Error);
        if (_config.FailureModeDeny) return false;
        _metrics.Add(_stats.FailureModeAllowed);
        return true;
    }

    /// <summary>The question about a request; null: it has none of the attributes that are counted by.</summary>
    private RateLimitRequest? Request(in MessageView message)
    {
        RateLimitRequest? request = null;
        foreach (var entries in _descriptors)
        {
            if (Descriptor(entries, message) is not { } descriptor) continue;
            request ??= new RateLimitRequest { Domain = _config.Domain, HitsAddend = _config.HitsAddend };
            request.Descriptors.Add(descriptor);
        }

        return request;
    }

    private static RateLimitDescriptor? Descriptor((string Key, int Slot, string Value)[] entries, in MessageView message)
    {
        var descriptor = new RateLimitDescriptor();
        foreach (var (key, slot, value) in entries)
        {
            if (slot >= 0 && !message.Has(slot)) return null;
            descriptor.Entries.Add(new RateLimitDescriptor.Types.Entry { Key = key, Value = slot < 0 ? value : Encoding.UTF8.GetString(message[slot]) });
        }

        return descriptor;
    }

    /// <summary>Makes them.</summary>
    internal sealed class Factory(RateLimitServices services, MetricRegistry metrics) : IFilterFactory
    {
        public string Name => FilterName;

        public IEnumerable<string> WantedKeys(object? options) => ((GlobalRateLimitConfig)options!).WantedKeys;

        public Filter Create(object? options, FilterContext context) =>
            new GlobalRateLimitFilter((GlobalRateLimitConfig)options!, context, services, metrics.ForLoop(context.Loop.Index));
    }
}
