using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Protocols.Dubbo.Body;

/// <summary>A text as UTF-8: mostly the message's own bytes, else decoded to a rented array. Dispose when done.</summary>
internal ref struct DecodedText
{
    private byte[]? _rented;

    /// <summary>The text; empty for null, and for coded texts that are longer than any attribute may be.</summary>
    public ReadOnlySpan<byte> Utf8 { get; private init; }

    /// <summary>Whether <see cref="Utf8"/> is the whole text.</summary>
    public bool IsWhole { get; private init; }

    public static DecodedText Of<TBody>(ref TBody body, BodyText text, ReadOnlySpan<byte> message)
        where TBody : struct, IDubboBody, allows ref struct
    {
        if (text.IsNull) return new DecodedText { IsWhole = true };
        if (text.IsPlain) return new DecodedText { IsWhole = true, Utf8 = message.Slice(text.Offset, text.Length) };
        if (text.Length > AttributeValues.MaxScratch) return default;
        var rented = ArrayPool<byte>.Shared.Rent(text.Length);
        return new DecodedText { _rented = rented, IsWhole = true, Utf8 = rented.AsSpan(0, body.Decode(text, rented)) };
    }

    public void Dispose()
    {
        if (_rented is null) return;
        ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }
}
