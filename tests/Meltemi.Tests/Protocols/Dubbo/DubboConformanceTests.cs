using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;
using Meltemi.Tests.Protocols.Dubbo.Support;

namespace Meltemi.Tests.Protocols.Dubbo;

public class DubboConformanceTests : ConformanceTests
{
    protected override ICodec Codec => Driver.Codec;

    protected override IReadOnlyList<Sample> Samples => DubboSamples.All;
}
