using System.Buffers.Binary;
using System.Net;

namespace Meltemi.Transport;

/// <summary>
/// Version 2, binary: 12 bytes of signature, version and command, family and transport, length of the rest (proxy-protocol.txt, 2.2). Of
/// the rest the addresses are read; what stands behind them (TLVs) is skipped.
/// </summary>
internal static class ProxyHeaderV2
{
    private const int FixedLength = 16;

    // Addresses are at most 216 bytes; 4 KiB of TLVs hold what load balancers are known to send, certificates' names included. The
    // format would allow 64 KiB, and the peer has not proved anything yet.
    private const int MaxRest = 4096;

    private static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> bytes, out ProxyHeader header, ref int need)
    {
        header = default;
        int common = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..common].SequenceEqual(Signature[..common]))
            return ProxyHeaderStatus.Malformed;
        if (bytes.Length < FixedLength)
        {
            need = FixedLength;
            return ProxyHeaderStatus.Incomplete;
        }
        int command = bytes[12];
        int rest = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (command is not (0x20 or 0x21) || rest > MaxRest)
            return ProxyHeaderStatus.Malformed;
        if (bytes.Length < FixedLength + rest)
        {
            need = FixedLength + rest;
            return ProxyHeaderStatus.Incomplete;
        }
        var found = new ProxyHeader { Length = FixedLength + rest };
        // LOCAL (0x20): the proxy speaks for itself, for example a health check. Whatever addresses follow are to be ignored.
        if (command != 0x20 && !ReadAddresses(bytes[13], bytes.Slice(FixedLength, rest), ref found))
            return ProxyHeaderStatus.Malformed;
        header = found;
        return ProxyHeaderStatus.Complete;
    }

    private static bool ReadAddresses(byte familyAndTransport, ReadOnlySpan<byte> rest, ref ProxyHeader header)
    {
        // The transport (stream or datagram) is irrelevant here; the one undefined value of both is refused.
        if ((familyAndTransport & 0xF) > 2)
            return false;
        switch (familyAndTransport >> 4)
        {
            case 0: // unspecified: the receiver must use the connection's own
                return true;
            case 1 when rest.Length >= 12:
                header = header with { Source = Ip(rest[..4], rest[8..]), Destination = Ip(rest[4..8], rest[10..]) };
                return true;
            case 2 when rest.Length >= 36:
                header = header with { Source = Ip(rest[..16], rest[32..]), Destination = Ip(rest[16..32], rest[34..]) };
                return true;
            case 3 when rest.Length >= 2 * SocketAddresses.UnixNameLength:
                header = header with
                {
                    Source = SocketAddresses.UnixName(rest[..SocketAddresses.UnixNameLength]),
                    Destination = SocketAddresses.UnixName(rest.Slice(SocketAddresses.UnixNameLength, SocketAddresses.UnixNameLength)),
                };
                return true;
            default:
                return false;
        }
    }

    private static IPEndPoint Ip(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port)
    {
        var ip = new IPAddress(address);
        return new IPEndPoint(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, BinaryPrimitives.ReadUInt16BigEndian(port));
    }
}
