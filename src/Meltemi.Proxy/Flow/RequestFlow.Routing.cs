using System.Buffers.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Filters.Faults;
using Meltemi.Proxy.Inbound;

namespace Meltemi.Proxy.Flow;

/// <summary>Step 3: where a request goes, whether the cluster has room for it, and how long it may take.</summary>
internal sealed partial class RequestFlow
{
    private void Route(Exchange x, Span<byte> message, in Frame frame)
    {
        var client = x.Client!;
        var model = x.Model;
        if (client.Bound is { } bound)
        {
            // A client with a connection of its own stays with it: what it said before may matter there.
            x.Route = bound.BoundRoute;
            x.Cluster = bound.Pool.Endpoint.Cluster;
        }
        else if (model.Routes.Match(message, worker.Values) is { } route)
        {
            x.Route = route;
            x.Cluster = model.Clusters[route.PickCluster(message, worker.Values, client.AddressHash, worker.NextRandom(), out x.Subset)]?.ForLoop(worker.Index);
        }
        else
        {
            Reply(x, ReplyReason.NoRoute);
            return;
        }

        if (!FaultInjection.Stops(worker, x, message, frame)) Forward(x, message, frame);
    }

    /// <summary>The request goes to its cluster: from here on it has a deadline.</summary>
    private void Forward(Exchange x, Span<byte> message, in Frame frame)
    {
        if (!Admit(x, message)) return;
        var retry = x.Route!.Retry is { } policy && IsRepeatable(x) ? policy : null;
        var timeout = StartDeadline(x, message, retry?.PerTryMilliseconds ?? 0);
        x.Route!.Templates?.Request(x, worker, message);
        var client = x.Client!;
        if (client.Bound is { } bound)
        {
            BeginTry(x, bound.Pool.Endpoint);
            Sent(x, bound.Send(x, message, frame), message, frame);
            return;
        }

        var copies = x.Route!.Mirrors.Length > 0 ? Copy(x, message, timeout) : null;
        Send(x, retry, message, frame);
        if (copies is not null) SendCopies(copies, client, message, frame);
    }

    /// <summary>Gives the request its row in the metrics and its place among the cluster's requests.</summary>
    private bool Admit(Exchange x, ReadOnlySpan<byte> message)
    {
        var model = x.Model;
        var values = worker.Values;
        x.Series = model.Metrics(worker.Index).Find(
            values.Get(model.InterfaceSlot, message), values.Get(model.MethodSlot, message), x.Cluster?.Cluster.Index ?? -1, x.Cluster?.Cluster.Name ?? "");
        if (x.Cluster is null)
        {
            Reply(x, ReplyReason.NoCluster);
            return false;
        }

        if (model.LimitOf(x.Route!, worker.Index) is { } limit && !limit.Admits(x, message, values, worker.Loop.NowNanoseconds))
        {
            Reply(x, ReplyReason.RateLimited, limit.Text);
            return false;
        }

        var limits = x.Cluster.For(x.Route!);
        if (limits.Requests.TryTake())
        {
            x.Limits = limits;
            worker.Add(x.Cluster.Stats.RqTotal);
            worker.Add(x.Cluster.Stats.RqActive);
            return true;
        }

        worker.Add(x.Cluster.Stats.RqPendingOverflow);
        Reply(x, ReplyReason.Overflow);
        return false;
    }

    /// <summary>The route's time-out, else the request's own, else the listener's default; a route says 0 for none. Answers the milliseconds.</summary>
    private int StartDeadline(Exchange x, ReadOnlySpan<byte> message, int perTry)
    {
        if (x.Kind == MessageKind.OneWay) return 0;
        var model = x.Model;
        var timeout = x.Route!.TimeoutMs;
        if (timeout < 0)
        {
            timeout = ListenerModel.StandardTimeoutMilliseconds;
            var own = worker.Values.Get(model.TimeoutSlot, message);
            if (own.Length > 0 && Utf8Parser.TryParse(own, out int asked, out var used) && used == own.Length && asked > 0) timeout = asked;
        }

        var milliseconds = (int)Math.Min(timeout, int.MaxValue / 2);
        var now = worker.Loop.NowMilliseconds;
        if (milliseconds > 0) x.DeadlineMilliseconds = now + milliseconds;
        if (perTry > 0) x.TryEndMilliseconds = now + perTry;
        Arm(x);
        return milliseconds;
    }
}
