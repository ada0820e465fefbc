using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Finds the end of an unframed message by stepping over its struct, with a stack of its own instead of recursion. It remembers how far it
/// came: when more bytes of the same message arrive it goes on there, so that the whole costs one pass however the bytes trickle in.
/// Every element takes at least one byte and counts are checked against the bytes that a message may still have, so the work is
/// bounded by the message's length.
/// </summary>
internal sealed class ThriftSkipper
{
    /// <summary>Structs and containers inside each other, the arguments' struct included.</summary>
    public const int MaxDepth = 64;

    private const int InStruct = -1;

    private readonly Level[] _levels = new Level[MaxDepth];
    private int _depth;
    private int _position;

    /// <summary>Skips the struct behind the envelope of the message that starts <paramref name="bytes"/>.</summary>
    public Decoded Skip(ReadOnlySpan<byte> bytes, in ThriftEnvelope envelope, ThriftProtocol protocol, int limit, out int end) =>
        protocol == ThriftProtocol.Compact
            ? Skip<CompactWire>(bytes, envelope, limit, out end)
            : Skip<BinaryWire>(bytes, envelope, limit, out end);

    private Decoded Skip<TWire>(ReadOnlySpan<byte> bytes, in ThriftEnvelope envelope, int limit, out int end)
        where TWire : struct, IThriftWire
    {
        if (_depth == 0 || _position > bytes.Length)
        {
            _position = envelope.BodyOffset;
            _depth = 1;
            _levels[0] = new() { Left = InStruct };
        }

        var cursor = new WireCursor(bytes, _position);
        while (_depth > 0)
        {
            if (!Step<TWire>(ref cursor, envelope.CompactVersion, limit))
            {
                if (cursor.Failure.Status == DecodeStatus.Malformed) _depth = 0;
                end = 0;
                return cursor.Failure;
            }

            _position = cursor.Position;
        }

        end = _position;
        return Decoded.Complete;
    }

    // One field, element or end. Changes the stack only if it succeeds, since it starts over when more bytes are there.
    private bool Step<TWire>(ref WireCursor cursor, byte version, int limit)
        where TWire : struct, IThriftWire
    {
        ref var level = ref _levels[_depth - 1];
        if (level.Left == 0)
        {
            _depth--;
            return true;
        }

        if (level.Left == InStruct)
        {
            var field = 0;
            if (!TWire.Field(ref cursor, ref field, out var type)) return false;
            if (type != 0) return Value<TWire>(ref cursor, TWire.Shape(type, true, version), version, limit);
            _depth--;
            return true;
        }

        var shape = TWire.Shape((level.Left & 1) == 0 ? level.Key : level.Value, false, version);
        if (!Value<TWire>(ref cursor, shape, version, limit)) return false;
        level.Left--;
        return true;
    }

    private bool Value<TWire>(ref WireCursor cursor, int shape, byte version, int limit)
        where TWire : struct, IThriftWire
    {
        switch (shape)
        {
            case >= 0:
                return cursor.Skip(shape);
            case WireShape.Varint:
                return cursor.SkipVarint();
            case WireShape.String:
                return TWire.Length(ref cursor, out var length) && Fits(ref cursor, length, limit) && cursor.Skip(length);
            case WireShape.Struct:
                return Push(ref cursor, new() { Left = InStruct });
            case WireShape.List:
                return TWire.List(ref cursor, out var element, out var count)
                    && Elements<TWire>(ref cursor, element, element, count, 1, version, limit);
            case WireShape.Map:
                return TWire.Map(ref cursor, out var key, out var value, out var pairs)
                    && Elements<TWire>(ref cursor, key, value, pairs, 2, version, limit);
            default:
                return cursor.Fail("thrift: unknown type of a value");
        }
    }

    private bool Elements<TWire>(ref WireCursor cursor, byte key, byte value, int count, int each, byte version, int limit)
        where TWire : struct, IThriftWire
    {
        if (count == 0) return true; // Some writers leave the types of empty containers open.
        if (!Fits(ref cursor, (long)count * each, limit)) return false;
        var keySize = each == 1 ? 0 : TWire.Shape(key, false, version);
        var valueSize = TWire.Shape(value, false, version);
        if (keySize < 0 || valueSize < 0) return Push(ref cursor, new() { Left = count * each, Key = key, Value = value });
        var size = (long)count * (keySize + valueSize);
        return Fits(ref cursor, size, limit) && cursor.Skip((int)size);
    }

    private bool Push(ref WireCursor cursor, Level level)
    {
        if (_depth == MaxDepth) return cursor.Fail("thrift: values are nested too deep");
        _levels[_depth++] = level;
        return true;
    }

    private static bool Fits(ref WireCursor cursor, long bytes, int limit) =>
        bytes <= limit - cursor.Position || cursor.Fail("thrift: a value is longer than the limit");

    /// <summary>A struct (Left is -1) or a container; Left counts a map's keys and values each, so that keys are even.</summary>
    private struct Level
    {
        public int Left;
        public byte Key;
        public byte Value;
    }
}
