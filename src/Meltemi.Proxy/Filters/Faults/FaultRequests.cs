using System.Buffers.Text;
using Meltemi.Codec;

namespace Meltemi.Proxy.Filters.Faults;

/// <summary>
/// What a request can ask for itself where the configuration lets it: attributes with the names of Envoy's headers. A share that it asks for can
/// only be lower than the configured one.
/// </summary>
internal sealed class FaultRequests(AttributeKeys keys)
{
    private const string Delay = "x-envoy-fault-delay-request";
    private const string Abort = "x-envoy-fault-abort-request";
    private const string GrpcAbort = "x-envoy-fault-abort-grpc-request";
    private const string Rate = "x-envoy-fault-throughput-response";
    private const string Share = "-percentage";

    private readonly int _delay = keys.IndexOf(Delay);
    private readonly int _delayShare = keys.IndexOf(Delay + Share);
    private readonly int _abort = keys.IndexOf(Abort);
    private readonly int _grpcAbort = keys.IndexOf(GrpcAbort);
    private readonly int _abortShare = keys.IndexOf(Abort + Share);
    private readonly int _rate = keys.IndexOf(Rate);
    private readonly int _rateShare = keys.IndexOf(Rate + Share);

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names { get; } = [Delay, Delay + Share, Abort, GrpcAbort, Abort + Share, Rate, Rate + Share];

    /// <summary>Milliseconds to wait; 0: it does not ask.</summary>
    public long DelayOf(ReadOnlySpan<byte> message, AttributeValues values) => Number(_delay, message, values);

    /// <summary>The error; null: it does not ask.</summary>
    public ReplyReason? AbortOf(ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (Number(_abort, message, values) is >= 200 and < 600 and var status) return FaultErrors.OfHttp((uint)status);
        return values.Has(_grpcAbort) ? FaultErrors.OfGrpc((uint)Number(_grpcAbort, message, values)) : null;
    }

    /// <summary>Bytes per second; 0: it does not ask.</summary>
    public long RateOf(ReadOnlySpan<byte> message, AttributeValues values) => 1024 * Number(_rate, message, values);

    public uint DelayShare(uint most, ReadOnlySpan<byte> message, AttributeValues values) => AtMost(most, _delayShare, message, values);

    public uint AbortShare(uint most, ReadOnlySpan<byte> message, AttributeValues values) => AtMost(most, _abortShare, message, values);

    public uint RateShare(uint most, ReadOnlySpan<byte> message, AttributeValues values) => AtMost(most, _rateShare, message, values);

    private static uint AtMost(uint most, int slot, ReadOnlySpan<byte> message, AttributeValues values) =>
        values.Has(slot) ? (uint)Math.Min(most, Number(slot, message, values)) : most;

    private static long Number(int slot, ReadOnlySpan<byte> message, AttributeValues values)
    {
        var text = values.Get(slot, message);
        return Utf8Parser.TryParse(text, out uint number, out var used) && used == text.Length ? number : 0;
    }
}
