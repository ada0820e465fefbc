using System.Net;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Inbound;

/// <summary>A client's address as hash policies see it: the IP without the port.</summary>
internal static class ClientAddress
{
    public static ulong Hash(EndPoint? address)
    {
        if (address is not IPEndPoint ip) return XxHash64.Hash(address?.ToString() ?? "");
        Span<byte> bytes = stackalloc byte[16];
        ip.Address.TryWriteBytes(bytes, out var length);
        return XxHash64.Hash(bytes[..length]);
    }
}
