using System.Buffers.Binary;
using Field = Meltemi.Xds.Rules.Field;

namespace Meltemi.Xds.Reading;

/// <summary>Goes through the fields of a message in wire form. Unlike the generated classes it needs to know no type, and never throws.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field at hand.</summary>
    public int FieldNumber { get; private set; }

    /// <summary>Its number, or bits, if <see cref="IsNumber"/>.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its content, if not.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether it is a number, not a text or message.</summary>
    public bool IsNumber { get; private set; }

    /// <summary>The bytes are no message.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Goes to the next field; false at the end and when the bytes are broken.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || IsBroken) return false;
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > int.MaxValue) return Broken();
        FieldNumber = (int)(tag >> 3);
        IsNumber = true;
        Bytes = default;
        switch ((int)tag & 7)
        {
            case Varint:
                if (!TryVarint(out var number)) return Broken();
                Number = number;
                return true;
            case Fixed64:
                if (_rest.Length < 8) return Broken();
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[8..];
                return true;
            case Fixed32:
                if (_rest.Length < 4) return Broken();
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[4..];
                return true;
            case Delimited:
                if (!TryVarint(out var length) || length > (ulong)_rest.Length) return Broken();
                IsNumber = false;
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            default:
                return Broken(); // groups, which proto3 does not have
        }
    }

    /// <summary>Takes the next number of a packed list, which is what the bytes are then; false at the end.</summary>
    public bool NextPacked(Field.Types.Kind type)
    {
        if (_rest.IsEmpty || IsBroken) return false;
        IsNumber = true;
        var size = type switch
        {
            Field.Types.Kind.Double or Field.Types.Kind.Fixed64 or Field.Types.Kind.Sfixed64 => 8,
            Field.Types.Kind.Float or Field.Types.Kind.Fixed32 or Field.Types.Kind.Sfixed32 => 4,
            _ => 0,
        };
        if (_rest.Length < size) return Broken();
        if (size == 0)
        {
            if (!TryVarint(out var number)) return Broken();
            Number = number;
            return true;
        }

        Number = size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(_rest) : BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        _rest = _rest[size..];
        return true;
    }

    private bool Broken()
    {
        IsBroken = true;
        return false;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
