using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Meltemi.Codec.Declarative.Conditions;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>Finds the shape of a message by its first bytes, and whether it is of the protocol at all.</summary>
internal sealed class Head
{
    /// <summary>Most conditions, so that there are at most 64 shapes.</summary>
    public const int MaxConditions = 6;

    private readonly Shape[] _shapes;
    private readonly Test[][][] _tests;
    private readonly int[][] _testedUpTo;
    private readonly Shape[]? _byByte;
    private readonly int _byteAt;
    private readonly Shape? _only;
    private readonly ulong _mask;
    private readonly ulong _magic;
    private readonly Decoded _notThis;

    /// <param name="shapes">By their numbers.</param>
    /// <param name="tests">Of each condition, by the outcome of those before it.</param>
    /// <param name="mask">Which of the first eight bytes are constants, the first byte being the lowest of the number.</param>
    /// <param name="magic">Those constants.</param>
    public Head(Shape[] shapes, Test[][][] tests, ulong mask, ulong magic, string protocol)
    {
        (_shapes, _tests, _mask, _magic) = (shapes, tests, mask, magic);
        _testedUpTo = [.. tests.Select(outcomes => outcomes.Select(UpTo).ToArray())];
        _notThis = Decoded.NotThis($"{protocol}: a constant of the protocol is another");

        _only = shapes.Length == 1 ? shapes[0] : null;

        // Often one byte decides all.
        var all = tests.SelectMany(outcomes => outcomes).SelectMany(one => one).Select(test => test.Number).ToArray();
        if (all.Length == 0 || all.Any(number => !number.IsWholeByte || number.At != all[0].At)) return;
        _byteAt = all[0].At;
        var probe = new byte[_byteAt + 1];
        _byByte = new Shape[256];
        for (var value = 0; value < 256; value++)
        {
            probe[_byteAt] = (byte)value;
            TryDecide(probe, out _byByte[value]);
        }
    }

    public Shape[] Shapes => _shapes;

    /// <summary>The shape of what is a message of the protocol at first sight; null: look closer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Shape? FindFast(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || (BinaryPrimitives.ReadUInt64LittleEndian(bytes) & _mask) != _magic) return null;
        var shape = _only;
        if (_byByte is { } byByte)
        {
            if ((uint)_byteAt >= (uint)bytes.Length) return null;
            shape = byByte[bytes[_byteAt]];
        }

        return shape is not null && bytes.Length >= shape.Size && (shape.Checks.Length == 0 || ChecksHold(shape, bytes)) ? shape : null;
    }

    /// <summary>The shape; null if the answer says something else than complete.</summary>
    public Shape? Find(ReadOnlySpan<byte> bytes, out Decoded answer)
    {
        answer = default;
        if (bytes.Length >= 8 ? (BinaryPrimitives.ReadUInt64LittleEndian(bytes) & _mask) != _magic : !BeginsRight(bytes))
        {
            answer = _notThis;
            return null;
        }

        var shape = _shapes[0];
        if (_byByte is { } byByte && (uint)_byteAt < (uint)bytes.Length) shape = byByte[bytes[_byteAt]];
        else if (_shapes.Length > 1 && !TryDecide(bytes, out shape))
        {
            answer = ChecksHold(shape, bytes) ? Decoded.Need(Math.Max(shape.MinSize, bytes.Length + 1)) : _notThis;
            return null;
        }

        if (shape.Checks.Length > 0 && !ChecksHold(shape, bytes)) answer = _notThis;
        else if (bytes.Length < shape.Size) answer = Decoded.Need(shape.MinSize);
        else return shape;
        return null;
    }

    /// <summary>The shape that the bytes have, or would have.</summary>
    public Shape Nearest(ReadOnlySpan<byte> bytes)
    {
        TryDecide(bytes, out var shape);
        return shape;
    }

    /// <summary>Decides the conditions as far as the bytes reach; then the shape is the one in which all others do not hold.</summary>
    private bool TryDecide(ReadOnlySpan<byte> bytes, out Shape shape)
    {
        var outcome = 0;
        for (var i = 0; i < _tests.Length; i++)
        {
            if (bytes.Length < _testedUpTo[i][outcome])
            {
                shape = Smallest(outcome, i);
                return false;
            }

            if (Holds(_tests[i][outcome], bytes)) outcome |= 1 << i;
        }

        shape = _shapes[outcome];
        return true;
    }

    /// <summary>Of the shapes that are still possible the one of the smallest messages.</summary>
    private Shape Smallest(int outcome, int decided)
    {
        var smallest = _shapes[outcome];
        for (var index = outcome; index < _shapes.Length; index += 1 << decided)
        {
            if (_shapes[index].MinSize < smallest.MinSize) smallest = _shapes[index];
        }

        return smallest;
    }

    private bool BeginsRight(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if ((bytes[i] & (byte)(_mask >> (8 * i))) != (byte)(_magic >> (8 * i))) return false;
        }

        return true;
    }

    private static bool Holds(Test[] tests, ReadOnlySpan<byte> bytes)
    {
        foreach (ref readonly var test in tests.AsSpan())
        {
            if (!test.Holds(bytes)) return false;
        }

        return true;
    }

    private static int UpTo(Test[] tests) => tests.Max(test => test.Number.IsPresent ? test.Number.End : 0);

    private static bool ChecksHold(Shape shape, ReadOnlySpan<byte> bytes)
    {
        foreach (ref readonly var check in shape.Checks.AsSpan())
        {
            if (!check.Holds(bytes)) return false;
        }

        return true;
    }
}
