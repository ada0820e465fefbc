using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;
using Meltemi.Tests.Samples;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>AwesomeRPC by its description, held to what its codec in code is held to.</summary>
public class AwesomeRpcTests : ConformanceTests
{
    protected override ICodec Codec { get; } = Declared.Sample("awesomerpc.yaml");

    protected override IReadOnlyList<Sample> Samples => AwesomeRpcSamples.All;

    [Fact]
    public void Does_what_the_codec_in_code_does() =>
        new Comparison(new AwesomeRpcCodecFactory().Create(new()), Codec, Samples, ["command", "service", "timeout", "user", "status", "x-lane", "topic", ""])
        {
            HasStatus = kind => kind is MessageKind.Response or MessageKind.StreamClose or MessageKind.StreamData or MessageKind.StreamOpen,
        }.Run();
}
