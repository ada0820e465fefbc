using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Bolt;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Protocols.Bolt;

public class BoltConformanceTests : ConformanceTests
{
    protected override ICodec Codec { get; } = new BoltCodec(new CodecOptions());

    protected override IReadOnlyList<Sample> Samples => BoltSamples.All;
}
