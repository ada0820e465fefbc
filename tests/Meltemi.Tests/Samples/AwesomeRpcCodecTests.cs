using System.Buffers;
using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Codec.Testing;
using Meltemi.Tests.Support;

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
    public void The_sample_configuration_finds_the_plug_in()
    {
        var factories = typeof(AwesomeRpcCodec).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(ICodecFactory)));
        var registry = new CodecRegistry().Add((ICodecFactory)Activator.CreateInstance(Assert.Single(factories))!);

        var result = BootstrapLoader.Load(Path.Combine(Repository.Root, "samples", "AwesomeRpc", "proxy.yaml"), registry);

        Assert.Empty(result.Problems);
        var chain = Assert.IsType<ProtocolChainConfig>(Assert.Single(result.Config!.Listeners).Chain);
        Assert.IsType<AwesomeRpcCodec>(chain.Codec);
        Assert.Equal(["green", "blue"], chain.Routes.Routes.Select(route => route.Name));
    }

    [Theory]
    [InlineData(2, Origin.Client)]
    [InlineData(10, Origin.Client)]
    [InlineData(1, Origin.Server)]
    [InlineData(3, Origin.Server)]
    [InlineData(7, Origin.Server)]
    [InlineData(0, Origin.Client)]
    [InlineData(11, Origin.Server)]
    public void A_type_that_this_side_does_not_send_is_malformed(byte type, Origin origin)
    {
        var frame = default(Frame);
        Assert.Equal(DecodeStatus.Malformed, Codec.Decode(AwesomeRpcSamples.Message(type, 1, 0, [], ""), origin, null, ref frame).Status);
    }

    [Fact]
    public void Broken_headers_are_told_by_the_reader_and_not_rewritten()
    {
        var message = AwesomeRpcSamples.Message(1, 1, 0, [("user", "ann")], "");
        message[17] = 200;
        var frame = default(Frame);
        Assert.Equal(DecodeStatus.Complete, Codec.Decode(message, Origin.Client, null, ref frame).Status);
        var keys = new AttributeKeys(["user"]);
        var values = new AttributeValues();
        values.Reset(keys);
        Assert.False(Codec.Bind(keys, Origin.Client).Read(message, frame, values));
        Assert.False(Codec.Rewrite(message, frame, 1, Mutation.None, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void Another_protocol_is_told_by_its_first_byte()
    {
        var frame = default(Frame);
        Assert.Equal(DecodeStatus.NotThisProtocol, Codec.Decode("G"u8, Origin.Client, null, ref frame).Status);
    }
}
