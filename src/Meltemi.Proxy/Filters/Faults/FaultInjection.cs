using Meltemi.Codec;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Telemetry;

namespace Meltemi.Proxy.Filters.Faults;

/// <summary>
/// Faults on the way of a request, where Envoy has them: after all filters, when the cluster is known and before anything is asked of it. The
/// route's faults count, else the listener's.
/// </summary>
internal static class FaultInjection
{
    /// <summary>Draws the request's faults; true if it goes no further now.</summary>
    public static bool Stops(Worker worker, Exchange x, ReadOnlySpan<byte> message, in Frame frame) =>
        (x.Route!.Fault ?? x.Model.Fault) is { IsOff: false } policy && Stops(policy, worker, x, message, frame);

    /// <summary>A delay is over; true if an error was next.</summary>
    public static bool Aborts(Worker worker, Exchange x)
    {
        Release(x);
        if (x.Fault.Fault.Error is null) return false;
        worker.Add(x.Client!.Stats.Faults.Aborts);
        x.Flow.Reply(x, ReplyReason.Fault);
        return true;
    }

    /// <summary>
    /// An answer came; true if it is held back for as long as its bytes would take. Messages of other requests may pass it on its connection, so
    /// it comes as a whole when its last byte would.
    /// </summary>
    public static bool Paces(Worker worker, Exchange x, ReadOnlySpan<byte> message, in Frame frame)
    {
        var milliseconds = Math.Min(message.Length * 1000L / x.Fault.Fault.BytesPerSecond, int.MaxValue / 2);
        x.Fault.Fault = default;
        if (milliseconds == 0 || x.Kind != MessageKind.Request) return false;
        x.Fault.OfAnswer = true;
        Wait(worker, x, message, frame, (int)milliseconds);
        return true;
    }

    /// <summary>The exchange is over; answers the flag that tells of its delay too.</summary>
    public static ResponseFlag End(Worker worker, Exchange x, ResponseFlag flag)
    {
        flag = x.Fault.Flag(flag);
        Release(x);
        x.Fault.Policy!.End();
        if (x.Client is { } client) worker.Add(client.Stats.Faults.Active, -1);
        x.Fault = default;
        return flag;
    }

    private static bool Stops(FaultPolicy policy, Worker worker, Exchange x, ReadOnlySpan<byte> message, in Frame frame)
    {
        var fault = policy.Draw(x.Cluster?.Cluster.Name ?? "", worker, message);
        if (fault.IsNone) return false;
        var client = x.Client!;
        var stats = client.Stats.Faults;
        if (!policy.TryBegin())
        {
            worker.Add(stats.Overflow);
            return false;
        }

        worker.Add(stats.Active);
        x.Fault.Policy = policy;
        x.Fault.Fault = fault;
        if (fault.BytesPerSecond > 0) worker.Add(stats.ResponseRates);
        if (fault.DelayMilliseconds == 0) return Aborts(worker, x);
        worker.Add(stats.Delays);
        x.Fault.Delayed = true;
        Wait(worker, x, message, frame, fault.DelayMilliseconds);

        // What an ordered client sends next, or a stream's client of the stream, must not arrive before this.
        if (!x.Model.Codec.Info.OrderedAnswers && x.Kind != MessageKind.StreamOpen) return true;
        x.Fault.Brakes = true;
        client.Slow();
        return true;
    }

    private static void Wait(Worker worker, Exchange x, ReadOnlySpan<byte> message, in Frame frame, int milliseconds)
    {
        x.State = ExchangeState.Delayed;
        x.Hold(message, frame);
        worker.Loop.Schedule(x, milliseconds);
    }

    private static void Release(Exchange x)
    {
        if (!x.Fault.Brakes) return;
        x.Fault.Brakes = false;
        x.Client?.Unslow();
    }
}
