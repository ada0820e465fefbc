using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meltemi.Transport;

/// <summary>struct sockaddr_in, sockaddr_in6 and sockaddr_un, both ways.</summary>
internal static class SocketAddresses
{
    /// <summary>Longest of the three: sockaddr_un, 2 + 108.</summary>
    public const int MaxLength = 110;

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
                ReadOnlySpan<byte> path = native[2..];
                int end = path[1..].IndexOf((byte)0); // the first byte of an abstract name is zero
                if (end >= 0 && path[0] != 0)
                    path = path[..(end + 1)];
                return path[0] == 0 && path.Length == 1 ? null : new UnixDomainSocketEndPoint(Encoding.UTF8.GetString(path));
            default:
                return null;
        }
    }
}
