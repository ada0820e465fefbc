using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Brpc;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Protocols.Brpc;

public class BrpcConformanceTests : ConformanceTests
{
    protected override ICodec Codec { get; } = new BrpcCodec(new CodecOptions());

    protected override IReadOnlyList<Sample> Samples => BrpcSamples.All;
}
