using Meltemi.Codec;

namespace Meltemi.Protocols.Brpc;

/// <summary>Makes <see cref="BrpcCodec"/>s.</summary>
public sealed class BrpcCodecFactory : ICodecFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["brpc", "baidu_std", "aeraki.meta_protocol.codec.brpc", "meltemi.codec.brpc"];

    /// <inheritdoc/>
    public ICodec Create(CodecOptions options) => new BrpcCodec(options);
}
