using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Tars;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Protocols.Tars;

public class TarsConformanceTests : ConformanceTests
{
    protected override ICodec Codec { get; } = new TarsCodec(new CodecOptions());

    protected override IReadOnlyList<Sample> Samples => TarsSamples.All;
}
