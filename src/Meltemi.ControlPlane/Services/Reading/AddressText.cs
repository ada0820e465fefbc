using System.Net;

namespace Meltemi.ControlPlane.Services.Reading;

/// <summary>Addresses as resources write them.</summary>
internal static class AddressText
{
    /// <summary>Begin of the address of a Unix domain socket.</summary>
    public const string Unix = "unix://";

    /// <summary>A single IP address, also when written with the length of a whole address (<c>/32</c>, <c>/128</c>); null: something else.</summary>
    public static string? WithoutLength(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? text : text[..slash];
        if (slash >= 0 && text[slash..] is not ("/32" or "/128")) return null;
        return IPAddress.TryParse(address, out var ip) ? ip.ToString() : null;
    }

    /// <summary>Whether it is an IP address.</summary>
    public static bool IsIp(string text) => IPAddress.TryParse(text, out _);
}
