using System.Net;
using Meltemi.Proxy.Admin.Http;

namespace Meltemi.Proxy.Admin;

/// <summary>
/// A web page that somebody on this machine looks at can make the browser ask us. Two ways are closed: a name of the attacker's that
/// resolves to our address (DNS rebinding), by the Host header; a form or script that posts to our address, by the Origin header.
/// </summary>
internal static class RequestOrigin
{
    /// <summary>Why a request is refused; null: it is not.</summary>
    public static string? Refuse(HttpRequest request, bool isRead)
    {
        // Who reaches us from elsewhere may well know us by a name, and may read. Loopback has no name but its own.
        var fromHere = request.LocalAddress is not IPEndPoint ip || IPAddress.IsLoopback(ip.Address);
        var host = request.Headers.GetValueOrDefault("Host") ?? "";
        if ((!isRead || fromHere) && host.Length > 0 && !IsLiteralOrLoopback(host)) return $"the host must be localhost or an IP address";
        if (isRead || request.Headers.GetValueOrDefault("Origin") is not { } origin) return null;
        return origin.Equals("http://" + host, StringComparison.OrdinalIgnoreCase) ? null : "requests from other web sites are refused";
    }

    private static bool IsLiteralOrLoopback(string host)
    {
        var colon = host.LastIndexOf(':');
        var name = colon >= 0 && !host.EndsWith(']') ? host[..colon] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(name, out _);
    }
}
