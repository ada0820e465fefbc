using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>Makes <see cref="BoltCodec"/>s.</summary>
public sealed class BoltCodecFactory : ICodecFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["bolt", "boltv2", "aeraki.meta_protocol.codec.bolt", "meltemi.codec.bolt"];

    /// <inheritdoc/>
    public ICodec Create(CodecOptions options) => new BoltCodec(options);
}
