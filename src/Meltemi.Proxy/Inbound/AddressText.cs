using System.Net;
using System.Text;

namespace Meltemi.Proxy.Inbound;

/// <summary>Addresses as UTF-8 text, made once per connection and only if a log wants them.</summary>
internal static class AddressText
{
    public static byte[] Utf8(EndPoint? address) => address is null ? [] : Encoding.UTF8.GetBytes(address.ToString() ?? "");
}
