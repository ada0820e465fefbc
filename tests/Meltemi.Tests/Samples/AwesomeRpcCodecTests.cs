using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Samples;

public class AwesomeRpcCodecTests : ConformanceTests
{
    protected override ICodec Codec { get; } = new AwesomeRpcCodecFactory().Create(new());

    protected override IReadOnlyList<Sample> Samples => AwesomeRpcSamples.All;

    [Fact]
    public void Passes_the_whole_kit_in_one_call() => CodecConformance.Verify(Codec, Samples, Options);

    [Fact]
    public void A_message_above_the_limit_is_malformed_before_it_has_come()
    {
        var small = new AwesomeRpcCodecFactory().Create(new() { MaxFrameBytes = 64 });
        var frame = default(Frame);
        var bytes = AwesomeRpcSamples.Message(1, 1, 0, [], new('x', 60));
        Assert.Equal(DecodeStatus.Malformed, small.Decode(bytes.AsSpan(0, 16), Origin.Client, null, ref frame).Status);
    }

    [Fact]
    public void Another_protocol_is_told_by_its_first_byte()
    {
        var frame = default(Frame);
        Assert.Equal(DecodeStatus.NotThisProtocol, Codec.Decode("G"u8, Origin.Client, null, ref frame).Status);
    }
}
