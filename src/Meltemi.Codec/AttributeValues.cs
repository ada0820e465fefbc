using System.Buffers.Text;

namespace Meltemi.Codec;

/// <summary>
/// The attribute values of one message: mostly ranges of the message itself, else copies in a scratch area. One object serves a whole
/// loop, message after message; it allocates only while it grows to its working size.
/// </summary>
public sealed class AttributeValues
{
    /// <summary>Copied values of one message together; what exceeds it is left unset.</summary>
    public const int MaxScratch = 64 * 1024;

    private int[] _offsets = [];
    private int[] _lengths = [];
    private byte[] _scratch = new byte[256];
    private int _used;

    /// <summary>Number of slots.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all values and makes room for the slots of <paramref name="keys"/>.</summary>
    public void Reset(AttributeKeys keys)
    {
        Count = keys.Count;
        _used = 0;
        if (_lengths.Length < Count)
        {
            _offsets = new int[Count];
            _lengths = new int[Count];
        }

        _lengths.AsSpan(0, Count).Fill(-1);
    }

    /// <summary>Whether the message has the attribute. False for slot -1.</summary>
    public bool Has(int slot) => (uint)slot < (uint)Count && _lengths[slot] >= 0;

    /// <summary>The value as UTF-8; empty if the message does not have it. Valid as long as the message is.</summary>
    public ReadOnlySpan<byte> Get(int slot, ReadOnlySpan<byte> message)
    {
        if (!Has(slot)) return default;
        var offset = _offsets[slot];
        return offset >= 0 ? message.Slice(offset, _lengths[slot]) : _scratch.AsSpan(~offset, _lengths[slot]);
    }

    /// <summary>The value is a range of the message. Does nothing for slot -1 or a slot already set.</summary>
    public void SetRange(int slot, int offset, int length)
    {
        if ((uint)slot >= (uint)Count || _lengths[slot] >= 0) return;
        _offsets[slot] = offset;
        _lengths[slot] = length;
    }

    /// <summary>The value is copied. Does nothing for slot -1 or a slot already set.</summary>
    public void SetCopy(int slot, ReadOnlySpan<byte> value)
    {
        if ((uint)slot >= (uint)Count || _lengths[slot] >= 0 || _used + value.Length > MaxScratch) return;
        value.CopyTo(Room(value.Length));
        Commit(slot, value.Length);
    }

    /// <summary>The value is a number, kept as decimal text.</summary>
    public void SetNumber(int slot, long value)
    {
        if ((uint)slot >= (uint)Count || _lengths[slot] >= 0 || _used + 20 > MaxScratch) return;
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        Commit(slot, written);
    }

    private Span<byte> Room(int length)
    {
        if (_used + length > _scratch.Length) Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, _used + length));
        return _scratch.AsSpan(_used);
    }

    private void Commit(int slot, int length)
    {
        _offsets[slot] = ~_used;
        _lengths[slot] = length;
        _used += length;
    }
}
