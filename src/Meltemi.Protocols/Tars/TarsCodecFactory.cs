using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>Makes <see cref="TarsCodec"/>s.</summary>
public sealed class TarsCodecFactory : ICodecFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["tars", "aeraki.meta_protocol.codec.tars", "meltemi.codec.tars"];

    /// <inheritdoc/>
    public ICodec Create(CodecOptions options) => new TarsCodec(options);
}
