using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// Saves the attributes that logs show: a request's bytes are gone when its answer comes. Each value is two bytes with its length plus one
/// (0: the message does not have it), little-endian, and the value.
/// </summary>
public sealed class AttributePacker
{
    /// <summary>Longest value that is kept; the rest is cut.</summary>
    public const int MaxValueBytes = 512;

    private readonly int[] _slots;

    /// <summary>Packs values of the names, found in the slots that <paramref name="keys"/> has for them.</summary>
    public AttributePacker(IReadOnlyList<string> names, AttributeKeys keys) => _slots = [.. names.Select(keys.IndexOf)];

    /// <summary>Room that always suffices.</summary>
    public int MaxBytes => _slots.Length * (2 + MaxValueBytes);

    /// <summary>Writes the values to <paramref name="destination"/>; those that find no room are left out.</summary>
    /// <returns>Bytes written.</returns>
    public int Pack(AttributeValues values, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        var used = 0;
        foreach (var slot in _slots)
        {
            if (destination.Length - used < 2) break;
            var there = values.Has(slot);
            var value = values.Get(slot, message);
            value = value[..Math.Min(value.Length, MaxValueBytes)];
            if (value.Length > destination.Length - used - 2) there = false;
            BinaryPrimitives.WriteUInt16LittleEndian(destination[used..], there ? (ushort)(value.Length + 1) : (ushort)0);
            used += 2;
            if (!there) continue;
            value.CopyTo(destination[used..]);
            used += value.Length;
        }

        return used;
    }

    /// <summary>The value at an index of the names; false if the message did not have it.</summary>
    public static bool TryGet(ReadOnlySpan<byte> packed, int index, out ReadOnlySpan<byte> value)
    {
        value = default;
        for (; packed.Length >= 2; index--)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(packed) - 1;
            packed = packed[2..];
            if (index == 0)
            {
                if (length >= 0) value = packed[..length];
                return length >= 0;
            }

            if (length > 0) packed = packed[length..];
        }

        return false;
    }
}
