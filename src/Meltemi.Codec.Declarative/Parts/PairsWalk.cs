using System.Buffers.Binary;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Parts;

/// <summary>Walks keys and values that stand after their lengths. A length of -1 is that of a null; a field that ends within a pair is malformed.</summary>
internal ref struct PairsWalk(PairsFormat format, ReadOnlySpan<byte> message, int start, int length)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly NumberForm _keyForm = format.KeyLength;
    private readonly NumberForm _valueForm = format.ValueLength;
    private readonly int _end = start + length;
    private int _at = start;

    /// <summary>Where the pair begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where it ends.</summary>
    public readonly int End => _at;

    public int KeyAt { get; private set; }

    /// <summary>-1: the key is null.</summary>
    public int KeyLength { get; private set; }

    public int ValueAt { get; private set; }

    /// <summary>-1: the value is null.</summary>
    public int ValueLength { get; private set; }

    public bool Malformed { get; private set; }

    public readonly ReadOnlySpan<byte> Key => KeyLength < 0 ? default : _message.Slice(KeyAt, KeyLength);

    public bool Next()
    {
        Start = _at;
        if (_at == _end || Malformed) return false;
        if (TryText(_keyForm, out var keyAt, out var keyLength) && TryText(_valueForm, out var valueAt, out var valueLength))
        {
            (KeyAt, KeyLength, ValueAt, ValueLength) = (keyAt, keyLength, valueAt, valueLength);
            return true;
        }

        Malformed = true;
        return false;
    }

    private bool TryText(NumberForm form, out int at, out int length)
    {
        (at, length) = (0, 0);
        var rest = _message[_at.._end];
        long value;
        if (form == NumberForm.U16 && rest.Length >= 2)
        {
            value = BinaryPrimitives.ReadUInt16BigEndian(rest);
            at = _at + 2;
        }
        else if (form == NumberForm.I32 && rest.Length >= 4)
        {
            value = BinaryPrimitives.ReadInt32BigEndian(rest);
            at = _at + 4;
        }
        else
        {
            var used = NumberForms.TryRead(form, rest, out value);
            if (used <= 0) return false;
            at = _at + used;
        }

        length = (int)value;
        _at = at;
        if (value < 0) return value == -1;
        if (value > _end - at) return false;
        _at += length;
        return true;
    }
}
