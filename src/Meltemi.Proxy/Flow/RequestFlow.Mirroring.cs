using Meltemi.Codec;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Inbound;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Routing;

namespace Meltemi.Proxy.Flow;

/// <summary>
/// Copies of requests for other clusters, whose answers reach nobody. A copy is an exchange without a client, made before the request goes its way
/// and sent right after it, in the same turn: the request waits for nothing. A copy waits for nothing either: what finds no endpoint, no place under
/// the limits of copies or a connection whose buffer is full is dropped and counted. Requests and one-way messages only.
/// </summary>
internal sealed partial class RequestFlow
{
    private static readonly byte[] MarkKey = "x-meltemi-shadow"u8.ToArray();
    private static readonly byte[] MarkValue = "true"u8.ToArray();

    private Comparison? _comparisons;

    /// <summary>Makes the copies that the route wants; null: none. Linked by <see cref="Exchange.Next"/>.</summary>
    private Exchange? Copy(Exchange x, ReadOnlySpan<byte> message, int timeout)
    {
        if (x.Kind == MessageKind.StreamOpen) return null;
        Exchange? copies = null;
        foreach (var mirror in x.Route!.Mirrors)
        {
            if (!mirror.Share.Takes(worker.NextRandom())) continue;
            if (x.Model.Clusters[mirror.Cluster]?.ForLoop(worker.Index) is not { } cluster) continue;
            var copy = Rent();
            copy.Model = x.Model;
            copy.ClientId = x.ClientId;
            copy.Memo = x.Memo;
            copy.Variant = x.Variant;
            copy.Kind = x.Kind;
            copy.StartNanoseconds = worker.Loop.NowNanoseconds;
            copy.ClientEnded = true;
            copy.Route = x.Route;
            copy.Cluster = cluster;
            copy.Mutation.Append(x.Mutation);
            copy.Copies = Compare(x, cluster);
            copy.CopyTimeout = timeout;
            copy.HasCopyHash = cluster.WantsHash && x.Route.TryHash(message, worker.Values, x.Client!.AddressHash, out copy.CopyHash);
            copy.IsCopy = true;
            copy.Next = copies;
            copies = copy;
        }

        return copies;
    }

    /// <summary>Sends them; the message is the request's, whose id may have been patched on its way.</summary>
    private void SendCopies(Exchange? copies, InboundConnection client, Span<byte> message, in Frame frame)
    {
        while (copies is { } copy)
        {
            copies = copy.Next;
            copy.Next = null;
            var codec = copy.Model.Codec;
            if (codec.Info.HasIds) codec.TryPatchId(message, frame, frame.Id);
            SendCopy(copy, client, message, frame);
        }
    }

    private void SendCopy(Exchange copy, InboundConnection client, Span<byte> message, in Frame frame)
    {
        var cluster = copy.Cluster!;
        var limits = cluster.Mirrors;
        var endpoint = (cluster.Cluster.Config.PoolMode ?? copy.Model.PoolMode) == PoolMode.Bound
            ? null
            : cluster.Pick(new PickContext(copy.CopyHash, copy.HasCopyHash, worker.NextRandom()), client.Connection);
        if (endpoint is null || !limits.Requests.TryTake())
        {
            DropCopy(copy);
            return;
        }

        copy.Limits = limits;
        worker.Add(cluster.Stats.RqTotal);
        worker.Add(cluster.Stats.RqActive);
        BeginTry(copy, endpoint);
        var pool = endpoint.MirrorPool(copy.Model, frame.Variant);
        var result = SendResult.CannotRewrite;
        if (copy.Model.Codec.Info.CanMutate.HasFlag(CanMutate.Requests))
        {
            // A message that cannot carry the mark goes without.
            copy.Mutation.Set(MarkKey, MarkValue);
            result = pool.Send(copy, message, frame);
            if (result == SendResult.CannotRewrite) copy.Mutation.Clear();
        }

        if (result == SendResult.CannotRewrite) result = pool.Send(copy, message, frame);
        if (result != SendResult.Sent)
        {
            DropCopy(copy);
            return;
        }

        worker.Add(cluster.Cluster.Mirrors.Stats.Total);
        copy.State = ExchangeState.InFlight;
        if (copy.Kind == MessageKind.OneWay) EndCopy(copy);
        else worker.Loop.Schedule(copy, copy.CopyTimeout > 0 ? copy.CopyTimeout : ListenerModel.StandardTimeoutMilliseconds);
    }

    private void DropCopy(Exchange copy)
    {
        worker.Add(copy.Cluster!.Cluster.Mirrors.Stats.Dropped);
        EndCopy(copy);
    }

    /// <summary>A copy has its answer.</summary>
    private void CopyAnswered(Exchange copy, in Frame frame)
    {
        EndTry(copy, TryResult.Answered, frame.Status);
        worker.Add(copy.Cluster!.Stats.RqCompleted);
        copy.Copies?.CopyAnswered(frame.Status, frame.Code, worker.Loop.NowNanoseconds);
        EndCopy(copy);
    }

    /// <summary>A copy is over without one.</summary>
    private void CopyFailed(Exchange copy)
    {
        worker.Add(copy.Cluster!.Cluster.Mirrors.Stats.Failed);
        EndCopy(copy);
    }

    private void EndCopy(Exchange copy)
    {
        Detach(copy);
        EndTry(copy, TryResult.Unknown, default);
        if (copy.Limits is { } limits)
        {
            copy.Limits = null;
            limits.Requests.Return();
            worker.Add(copy.Cluster!.Stats.RqActive, -1);
        }

        if (copy.Copies is { } comparison && comparison.EndCopy(worker)) Return(comparison);
        Return(copy);
    }

    // ---- comparing ---------------------------------------------------------------------------------------------------------------------

    private Comparison? Compare(Exchange x, ClusterWorker cluster)
    {
        if (x.Kind != MessageKind.Request) return null;
        var comparison = _comparisons;
        if (comparison is null) comparison = new Comparison();
        else _comparisons = comparison.Next;
        comparison.Begin(cluster.Cluster.Mirrors.Stats, worker.Loop.NowNanoseconds);
        comparison.Next = x.Copies;
        x.Copies = comparison;
        return comparison;
    }

    /// <summary>A request with copies got a server's answer.</summary>
    private static void OriginalAnswered(Exchange x, in Frame frame)
    {
        for (var comparison = x.Copies; comparison is not null; comparison = comparison.Next)
            comparison.OriginalAnswered(frame.Status, frame.Code, x.AnsweredNanoseconds);
    }

    /// <summary>A request with copies is over.</summary>
    private void EndOriginal(Exchange x)
    {
        while (x.Copies is { } comparison)
        {
            x.Copies = comparison.Next;
            if (comparison.EndOriginal(worker)) Return(comparison);
        }
    }

    private void Return(Comparison comparison)
    {
        comparison.Next = _comparisons;
        _comparisons = comparison;
    }
}
