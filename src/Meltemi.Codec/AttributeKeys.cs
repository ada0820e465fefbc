using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Codec;

/// <summary>
/// The attribute names that a configuration asks for; each has a slot number. Immutable, made once per configuration from all
/// that the router, the hash policies, the filters and the access log want, so that codecs read nothing else.
/// Names are case-sensitive.
/// </summary>
public sealed class AttributeKeys
{
    private readonly string[] _names;
    private readonly byte[][] _utf8;
    private readonly ulong[] _heads;
    private readonly ulong _marks;

    /// <summary>Slots in the order of the distinct names.</summary>
    public AttributeKeys(IEnumerable<string> names)
    {
        _names = names.Distinct(StringComparer.Ordinal).ToArray();
        _utf8 = Array.ConvertAll(_names, Encoding.UTF8.GetBytes);
        _heads = Array.ConvertAll(_utf8, name => Head(name));
        foreach (var name in _utf8) _marks |= Mark(name);
    }

    /// <summary>No keys at all.</summary>
    public static AttributeKeys None { get; } = new([]);

    /// <summary>Number of slots.</summary>
    public int Count => _names.Length;

    /// <summary>The names by slot.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Name of a slot.</summary>
    public string this[int slot] => _names[slot];

    /// <summary>Name of a slot as UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8(int slot) => _utf8[slot];

    /// <summary>Slot of a name; -1 if nobody wants it. For configuration time.</summary>
    public int IndexOf(string? name) => Array.IndexOf(_names, name);

    /// <summary>
    /// Slot of a name found in a message; -1 if nobody wants it. A scan, as wanted keys are few, over one word for each, as names differ in
    /// their first bytes or length nearly always. Most names that nobody wants are known by their length and last letter before that.
    /// </summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        if ((_marks & Mark(name)) == 0) return -1;
        var head = Head(name);
        var heads = _heads;
        for (var i = 0; i < heads.Length; i++)
        {
            if (heads[i] == head && name.SequenceEqual(_utf8[i])) return i;
        }

        return -1;
    }

    private static ulong Mark(ReadOnlySpan<byte> name) => name.IsEmpty ? 1 : 1UL << (name.Length * 8 + name[^1]);

    private static ulong Head(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8) return BinaryPrimitives.ReadUInt64LittleEndian(name) + (ulong)name.Length;
        if (name.Length >= 4) return BinaryPrimitives.ReadUInt32LittleEndian(name) | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]) << 32;
        ulong head = 0;
        foreach (var letter in name) head = head << 8 | letter;
        return head;
    }
}
