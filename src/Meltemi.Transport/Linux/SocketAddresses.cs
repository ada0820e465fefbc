using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace Meltemi.Transport;

/// <summary>struct sockaddr_in, sockaddr_in6 and sockaddr_un, both ways.</summary>
internal static class SocketAddresses
{
    /// <summary>Longest of the three: sockaddr_un, 2 + 108.</summary>
    public const int MaxLength = 110;

    /// <summary>sun_path.</summary>
    public const int UnixNameLength = 108;

    public const ushort FamilyUnix = 1;
    public const ushort FamilyInet = 2;
    public const ushort FamilyInet6 = 10;

    /// <summary>Writes the address; answers its length, or 0 if it is of no kind that the transport knows.</summary>
    public static int Write(EndPoint address, Span<byte> native)
    {
        native.Clear();
        switch (address)
        {
            case IPEndPoint { AddressFamily: AddressFamily.InterNetwork } ip:
                BitConverter.TryWriteBytes(native, FamilyInet);
                BinaryPrimitives.WriteUInt16BigEndian(native[2..], (ushort)ip.Port);
                ip.Address.TryWriteBytes(native[4..], out _);
                return 16;
            case IPEndPoint ip:
                BitConverter.TryWriteBytes(native, FamilyInet6);
                BinaryPrimitives.WriteUInt16BigEndian(native[2..], (ushort)ip.Port);
                ip.Address.TryWriteBytes(native[8..], out _);
                BitConverter.TryWriteBytes(native[24..], (uint)ip.Address.ScopeId);
                return 28;
            case UnixDomainSocketEndPoint unix:
                // Serialize knows both the paths and Linux's abstract names, whose length is part of the name.
                SocketAddress serialized = unix.Serialize();
                serialized.Buffer.Span[..serialized.Size].CopyTo(native);
                return serialized.Size;
            default:
                return 0;
        }
    }

    /// <summary>Reads an address; IPv4 in IPv6 comes out as IPv4; null for an unnamed or unknown one.</summary>
    public static EndPoint? Read(ReadOnlySpan<byte> native)
    {
        if (native.Length < 2)
            return null;
        switch (BitConverter.ToUInt16(native))
        {
            case FamilyInet when native.Length >= 16:
                return new IPEndPoint(new IPAddress(native.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(native[2..]));
            case FamilyInet6 when native.Length >= 28:
                var address = new IPAddress(native.Slice(8, 16), BitConverter.ToUInt32(native[24..]));
                return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address,
                    BinaryPrimitives.ReadUInt16BigEndian(native[2..]));
            case FamilyUnix when native.Length > 2:
                return UnixName(native[2..]);
            default:
                return null;
        }
    }

    /// <summary>
    /// The path, ended by a zero or the end of the bytes, or abstract name, which starts with a zero; null for an unnamed socket, and for a
    /// name that .NET cannot say: one that is no UTF-8 or fills all 108 bytes. The peer chose it, so nothing here may throw.
    /// </summary>
    public static UnixDomainSocketEndPoint? UnixName(ReadOnlySpan<byte> name)
    {
        if (name[0] != 0 && name.IndexOf((byte)0) is > 0 and var end)
            name = name[..end];
        else
            name = name.TrimEnd((byte)0);
        return name.IsEmpty || name.Length >= UnixNameLength || !Utf8.IsValid(name)
            ? null
            : new UnixDomainSocketEndPoint(Encoding.UTF8.GetString(name));
    }
}
