using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meltemi.Resources.Validation;

/// <summary>Addresses of endpoints and listeners.</summary>
internal static class Addresses
{
    /// <summary>What addresses of sockets in the file system begin with.</summary>
    public const string Unix = "unix://";

    /// <summary>Whether it is an IP address, written in full.</summary>
    public static bool IsIp(string text) => TryIp(text, out _);

    /// <summary>Whether it is an IPv4 address (false: IPv6); null: neither.</summary>
    public static bool? IsVersion4(string text) =>
        TryIp(text, out var address) ? address.AddressFamily == AddressFamily.InterNetwork : null;

    /// <summary>What is wrong with an address or a block of addresses such as <c>10.1.0.0/16</c>; null: nothing.</summary>
    public static string? BlockComplaint(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryIp(slash < 0 ? text : text[..slash], out var address)) return "it is neither an IP address nor a block such as 10.1.0.0/16";
        if (slash < 0) return null;
        var most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= most
            ? null
            : $"the number behind the slash must be from 0 to {most}";
    }

    /// <summary>What is wrong with the address of an endpoint; null: nothing.</summary>
    public static string? EndpointComplaint(string address)
    {
        if (address.StartsWith(Unix, StringComparison.Ordinal))
        {
            if (address.EndsWith('/')) return "it is a directory";
            return address.Length > Unix.Length && address[Unix.Length] is '/' or '@'
                ? null
                : "the path of a socket must begin with / or @";
        }

        return IsIp(address) ? null : Hosts.Complaint(address, wildcard: false);
    }

    // IPAddress alone also takes "1" and "0x7f.1".
    private static bool TryIp(string text, out IPAddress address)
    {
        var known = IPAddress.TryParse(text, out var parsed);
        address = parsed ?? IPAddress.None;
        if (!known) return false;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? !text.Contains('%', StringComparison.Ordinal)
            : address.ToString() == text;
    }
}
