using System.Net;
using System.Net.Sockets;
using System.Text;
using Envoy.Config.Core.V3;
using SocketAddress = Envoy.Config.Core.V3.SocketAddress;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>Addresses of listeners, endpoints and sockets. Null means that an error was reported.</summary>
internal static class Addresses
{
    /// <summary>Longest path of a Unix domain socket in bytes: <c>sun_path</c> is 108, with a zero at the end.</summary>
    private const int MaxPipeBytes = 107;

    /// <summary>An address to accept on; port 0 picks a free one.</summary>
    public static EndPoint? Listening(TranslationContext context, Address? address, string path) =>
        Translate(context, address, path, names: false, anyPort: true);

    /// <summary>An address to connect to.</summary>
    /// <param name="names">Host names are allowed besides IP addresses.</param>
    public static EndPoint? Upstream(TranslationContext context, Address? address, string path, bool names) =>
        Translate(context, address, path, names, anyPort: false);

    /// <summary>An address that is what nearly all are, an IP and a port for TCP; null: whatever else, right or wrong.</summary>
    public static IPEndPoint? Plain(Address? address) =>
        address?.SocketAddress is { Protocol: SocketAddress.Types.Protocol.Tcp, PortValue: > 0 and <= ushort.MaxValue } socket
            && IPAddress.TryParse(socket.Address, out var ip)
            ? new IPEndPoint(ip, (int)socket.PortValue)
            : null;

    /// <summary>An address to bind to before connecting.</summary>
    public static IPEndPoint? Source(TranslationContext context, SocketAddress address, string path) =>
        Socket(context, address, path, names: false, anyPort: true) as IPEndPoint;

    private static EndPoint? Translate(TranslationContext context, Address? address, string path, bool names, bool anyPort)
    {
        switch (address?.AddressCase)
        {
            case Address.AddressOneofCase.SocketAddress:
                return Socket(context, address.SocketAddress, $"{path}.socket_address", names, anyPort);
            case Address.AddressOneofCase.Pipe:
                return Pipe(context, address.Pipe.Path, $"{path}.pipe.path");
            default:
                context.Problems.Error(path, "an address is needed");
                return null;
        }
    }

    private static EndPoint? Socket(TranslationContext context, SocketAddress address, string path, bool names, bool anyPort)
    {
        if (address.Protocol == SocketAddress.Types.Protocol.Udp)
        {
            context.Problems.Error($"{path}.protocol", "UDP is not supported");
            return null;
        }

        if (address.PortSpecifierCase == SocketAddress.PortSpecifierOneofCase.NamedPort)
        {
            context.Problems.Error($"{path}.named_port", "ports have no names here; use port_value");
            return null;
        }

        if (address.PortValue == 0 && !anyPort)
        {
            context.Problems.Error($"{path}.port_value", "must be from 1 to 65535, not 0");
            return null;
        }

        if (address.PortValue > ushort.MaxValue) return Refuse($"{path}.port_value", "must be at most 65535");
        if (IPAddress.TryParse(address.Address, out var ip)) return new IPEndPoint(ip, (int)address.PortValue);
        if (address.Address.Length == 0) return Refuse($"{path}.address", "'address' is missing");
        if (!names) return Refuse($"{path}.address", $"expected an IP address, found \"{address.Address}\"{NameHint(anyPort)}");
        if (Uri.CheckHostName(address.Address) == UriHostNameType.Dns) return new DnsEndPoint(address.Address, (int)address.PortValue);
        return Refuse($"{path}.address", $"neither an IP address nor a host name: \"{address.Address}\"");

        EndPoint? Refuse(string where, string message)
        {
            context.Problems.Error(where, message);
            return null;
        }
    }

    private static string NameHint(bool listening) => listening ? "" : "; host names need type STRICT_DNS or LOGICAL_DNS";

    private static UnixDomainSocketEndPoint? Pipe(TranslationContext context, string name, string path)
    {
        if (name.Length is 0 || Encoding.UTF8.GetByteCount(name) > MaxPipeBytes)
        {
            context.Problems.Error(path, $"the path of a Unix domain socket has from 1 to {MaxPipeBytes} bytes");
            return null;
        }

        return new UnixDomainSocketEndPoint(name[0] == '@' ? $"\0{name.AsSpan(1)}" : name);
    }
}
