using System.Buffers.Binary;
using Meltemi.Codec;
using Meltemi.Codec.Declarative.Parts;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Brpc;
using Meltemi.Tests.Codec.Testing;
using Meltemi.Tests.Protocols.Brpc;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>bRPC by its description, held to what its codec in code is held to; streams, whose frames have another magic, are not described.</summary>
public class BrpcTests : ConformanceTests
{
    private static readonly string[] Attributes =
        ["service", "method", "caller", "kind", "log_id", "trace_id", "request_id", "timeout_ms", "error_code", "error_text", "user", "zone", "x-lane"];

    protected override ICodec Codec { get; } = Declared.Sample("brpc.yaml");

    protected override IReadOnlyList<Sample> Samples { get; } = [.. BrpcSamples.All.Where(sample => sample.Kind != MessageKind.ServerPush).Select(Claimed)];

    [Fact]
    public void Does_what_the_codec_in_code_does() => new Comparison(new BrpcCodecFactory().Create(new()), Codec, Samples, Attributes)
    {
        // Protobuf leaves zeros out, and the description says nothing of what is not there, nor of which type a number is.
        Unclaimed = (_, name) => name is "error_code" or "log_id" or "trace_id" or "timeout_ms",

        ReadsLaxer = true,
        DamagedHead = 12,
        Excused = HasOtherTypes,

        // The description does not say of which type the fields in the meta are.
        MayBeLaxer = reason => reason.Contains("meta is broken", StringComparison.Ordinal) || reason.Contains("request from", StringComparison.Ordinal),
    }.Run();

    /// <summary>Whether request, response or id are fields of another type.</summary>
    private static bool HasOtherTypes(byte[] bytes)
    {
        if (bytes.Length < 12) return false;
        var size = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8));
        var meta = bytes.AsSpan(12, (int)Math.Min(size, bytes.Length - 12));
        var walk = new ProtobufWalk(meta, 0, meta.Length);
        var other = false;
        while (walk.Next()) other |= walk.FieldNumber is 1 or 2 ? walk.WireType != ProtobufWalk.Bytes : walk.FieldNumber == 4 && walk.WireType != ProtobufWalk.Varint;
        return other;
    }

    private static Sample Claimed(Sample sample) =>
        sample.Attributes.GetValueOrDefault("error_code") == "0" ? sample with { Attributes = sample.Attributes.Where(pair => pair.Key != "error_code").ToDictionary() } : sample;
}
