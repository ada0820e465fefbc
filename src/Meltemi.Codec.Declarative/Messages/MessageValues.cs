namespace Meltemi.Codec.Declarative.Messages;

/// <summary>What is known when a message is written.</summary>
internal readonly ref struct MessageValues
{
    public ulong Id { get; init; }

    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Numbers of the message that is answered, packed as <see cref="Frame.Memo"/>.</summary>
    public long Memo { get; init; }

    /// <summary>Bytes of the message that is answered.</summary>
    public ReadOnlySpan<byte> Kept { get; init; }
}
