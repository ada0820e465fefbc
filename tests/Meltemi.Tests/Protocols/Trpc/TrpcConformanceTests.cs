using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Trpc;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Protocols.Trpc;

public class TrpcConformanceTests : ConformanceTests
{
    protected override ICodec Codec { get; } = new TrpcCodec(new CodecOptions());

    protected override IReadOnlyList<Sample> Samples => TrpcSamples.All;
}
