using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>Apache Thrift; see <see cref="ThriftCodec"/>.</summary>
public sealed class ThriftCodecFactory : ICodecFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["thrift", "aeraki.meta_protocol.codec.thrift", "meltemi.codec.thrift"];

    /// <inheritdoc/>
    public ICodec Create(CodecOptions options) => new ThriftCodec(options);
}
