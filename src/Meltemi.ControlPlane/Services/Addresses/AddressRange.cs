using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meltemi.ControlPlane.Services.Addresses;

/// <summary>A block of IPv4 addresses that are given to services; the first and the last one are left out.</summary>
public sealed record AddressRange
{
    private readonly uint _first;

    private AddressRange(uint first, int count, string text)
    {
        _first = first;
        Count = count;
        Text = text;
    }

    /// <summary>How many can be given.</summary>
    public int Count { get; }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Can be listened on without interception: 127.0.0.0/8 as a whole belongs to the machine on Linux.</summary>
    public bool IsLoopback => _first >> 24 == 127;

    /// <summary>Reads <c>240.240.0.0/16</c>.</summary>
    /// <exception cref="FormatException">It is not a block of IPv4 addresses of /8 to /30.</exception>
    public static AddressRange Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !TryRead(text.AsSpan(0, slash), out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length is < 8 or > 30)
            throw new FormatException($"'{text}' is not a range for virtual addresses; it must be IPv4 with a prefix of /8 to /30, such as 240.240.0.0/16");
        var size = 1u << (32 - length);
        return new((address & ~(size - 1)) + 1, (int)size - 2, text);
    }

    /// <summary>The address at a place, 0 to <see cref="Count"/> - 1.</summary>
    public string At(int index)
    {
        var address = _first + (uint)index;
        return $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}";
    }

    /// <summary>The place of an address; -1: it is not in the range.</summary>
    public int IndexOf(ReadOnlySpan<char> text)
    {
        if (!TryRead(text, out var address) || address < _first || address - _first >= (uint)Count) return -1;
        return (int)(address - _first);
    }

    private static bool TryRead(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        if (!IPAddress.TryParse(text, out var ip) || ip.AddressFamily != AddressFamily.InterNetwork) return false;
        Span<byte> bytes = stackalloc byte[4];
        ip.TryWriteBytes(bytes, out _);
        address = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return true;
    }
}
