using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Routing.Matching;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Filters.Concurrency;

/// <summary>
/// The filter <c>meltemi.filters.concurrency_limit</c>: so many requests of a listener in flight, so many waiting, the important ones first.
/// </summary>
internal sealed class ConcurrencyLimitFilter(
    ConcurrencyLimitConfig config, ConcurrencyGate gate, ConcurrencyStats stats, AttributeKeys keys, LoopMetrics metrics, EventLoop loop) : Filter
{
    /// <summary>Name of the filter.</summary>
    public const string FilterName = "meltemi.filters.concurrency_limit";

    private static readonly object Inside = new();

    private readonly (Condition[] Conditions, int Priority)[] _classes =
        [.. config.Classes.Select(one => (one.Match.Select(match => new Condition(match, keys)).ToArray(), one.Priority))];

    private readonly Stack<GateTicket> _tickets = new();

    /// <inheritdoc/>
    public override bool ReadsAnswers => false;

    public override FilterStatus OnRequest(Exchange exchange, in MessageView message)
    {
        if (gate.TryEnter())
        {
            exchange.FilterState = Inside;
            return FilterStatus.Continue;
        }

        var ticket = _tickets.TryPop(out var used) ? used : new GateTicket(Told, loop, Impatient);
        ticket.Exchange = exchange;
        ticket.Priority = PriorityOf(message);
        if (!gate.TryJoin(ticket))
        {
            PutBack(ticket);
            metrics.Add(stats.Blocked, 1);
            exchange.Flow.Refuse(exchange, message.Bytes, ReplyReason.Overflow, "meltemi: too many requests are in flight and waiting (UO)"u8);
            return FilterStatus.Stop;
        }

        metrics.Add(stats.Queued, 1);
        exchange.FilterState = ticket;
        loop.Schedule(ticket, (int)Math.Clamp(config.MaxWait.TotalMilliseconds, 1, int.MaxValue / 2));
        return FilterStatus.Pause;
    }

    public override void OnCompleted(Exchange exchange)
    {
        if (exchange.FilterState is GateTicket ticket)
        {
            // It ended while it waited. If the gate has just decided otherwise, the call that says so finds nobody.
            ticket.Exchange = null;
            if (ticket.IsScheduled) ticket.Cancel();
            if (gate.TryStepOut(ticket)) PutBack(ticket);
        }
        else if (exchange.FilterState is not null)
        {
            gate.Leave();
        }
    }

    /// <summary>The gate has decided.</summary>
    private void Told(GateTicket ticket)
    {
        var (exchange, isInside) = (ticket.Exchange, ticket.State == GateState.Inside);
        if (ticket.IsScheduled) ticket.Cancel();
        PutBack(ticket);
        if (exchange is null)
        {
            if (isInside) gate.Leave();
        }
        else if (isInside)
        {
            exchange.FilterState = Inside;
            exchange.Resume();
        }
        else
        {
            exchange.FilterState = null;
            metrics.Add(stats.Shed, 1);
            exchange.Reply(ReplyReason.Overflow, "meltemi: gave way to a more important request (UO)"u8);
        }
    }

    /// <summary>It has waited long enough.</summary>
    private void Impatient(GateTicket ticket)
    {
        if (!gate.TryStepOut(ticket)) return;
        var exchange = ticket.Exchange!;
        exchange.FilterState = null;
        PutBack(ticket);
        metrics.Add(stats.TimedOut, 1);
        exchange.Reply(ReplyReason.Overflow, "meltemi: too many requests were in flight for too long (UO)"u8);
    }

    private void PutBack(GateTicket ticket)
    {
        ticket.Exchange = null;
        ticket.State = GateState.Out;
        _tickets.Push(ticket);
    }

    private int PriorityOf(in MessageView message)
    {
        foreach (var (conditions, priority) in _classes)
        {
            if (Condition.AllHold(conditions, message.Bytes, message.Values)) return priority;
        }

        return 0;
    }

    /// <summary>Makes them.</summary>
    internal sealed class Factory(ConcurrencyLimits limits, MetricRegistry metrics) : IFilterFactory
    {
        public string Name => FilterName;

        public IEnumerable<string> WantedKeys(object? options) =>
            ((ConcurrencyLimitConfig)options!).Classes.SelectMany(one => one.Match).Select(match => match.Attribute);

        public Filter Create(object? options, FilterContext context)
        {
            var config = (ConcurrencyLimitConfig)options!;
            var (gate, stats) = limits.Find(context.Listener, config);
            return new ConcurrencyLimitFilter(config, gate, stats, context.Keys, metrics.ForLoop(context.Loop.Index), context.Loop);
        }
    }
}
