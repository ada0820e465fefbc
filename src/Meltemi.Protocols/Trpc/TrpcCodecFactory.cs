using Meltemi.Codec;

namespace Meltemi.Protocols.Trpc;

/// <summary>Makes <see cref="TrpcCodec"/>s.</summary>
public sealed class TrpcCodecFactory : ICodecFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["trpc", "aeraki.meta_protocol.codec.trpc", "meltemi.codec.trpc"];

    /// <inheritdoc/>
    public ICodec Create(CodecOptions options) => new TrpcCodec(options);
}
