using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Protocols.Thrift;

public class ThriftConformanceTests : ConformanceTests
{
    protected override ICodec Codec => Wire.Codec;

    protected override IReadOnlyList<Sample> Samples => ThriftSamples.All;
}
