using Meltemi.Codec;

namespace Meltemi.Protocols.Dubbo;

/// <summary>Makes <see cref="DubboCodec"/>s.</summary>
public sealed class DubboCodecFactory : ICodecFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["dubbo", "aeraki.meta_protocol.codec.dubbo", "meltemi.codec.dubbo"];

    /// <inheritdoc/>
    public ICodec Create(CodecOptions options) => new DubboCodec(options);
}
