using System.Net;
using System.Text;

namespace Meltemi.Proxy.Inbound;

/// <summary>Addresses as UTF-8 text, made once per connection and only if a log wants them.</summary>
internal static class AddressText
{
    /// <summary>The host of <c>10.0.0.1:80</c> or <c>[::1]:80</c>; the path of a Unix domain socket, which has no port, as it is.</summary>
    public static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> address) => Split(address, out _);

    /// <summary>Host and port; the port is empty if there is none.</summary>
    public static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> address, out ReadOnlySpan<byte> port)
    {
        port = default;
        var colon = address.LastIndexOf((byte)':');
        if (colon < 0 || address[0] is (byte)'/' or (byte)'@') return address;
        port = address[(colon + 1)..];
        var host = address[..colon];
        return host.Length >= 2 && host[0] == '[' && host[^1] == ']' ? host[1..^1] : host;
    }

    public static byte[] Utf8(EndPoint? address) => address is null ? [] : Encoding.UTF8.GetBytes(address.ToString() ?? "");
}
