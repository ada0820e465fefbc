using System.Globalization;
using System.Text;

namespace Meltemi.Proxy.Admin.Http;

/// <summary>
/// Reads the head of a request (RFC 9112, sections 2 to 6). Strict where leniency has been abused: no bare line feeds, no folded lines, no
/// space before a colon, one Host, one length. Never throws because of input.
/// </summary>
internal static class HttpRequestParser
{
    /// <summary>What was found: a head, an error (its status), or neither yet.</summary>
    /// <param name="Request">The request without its body; null: none.</param>
    /// <param name="HeadLength">Bytes of the head.</param>
    /// <param name="Error">Status to answer with before the connection is closed; 0: no error.</param>
    public readonly record struct Result(HttpRequest? Request, int HeadLength, int Error);

    public static Result Parse(ReadOnlySpan<byte> bytes, HttpLimits limits)
    {
        // RFC 9112, 2.2: empty lines before a request are ignored.
        var start = 0;
        while (bytes[start..].StartsWith("\r\n"u8)) start += 2;
        bytes = bytes[start..];

        var lineEnd = bytes.IndexOf("\r\n"u8);
        if ((lineEnd < 0 ? bytes.Length : lineEnd) > limits.MaxRequestLine) return Fail(414);
        var headEnd = bytes.IndexOf("\r\n\r\n"u8);
        if ((headEnd < 0 ? bytes.Length : headEnd) + start > limits.MaxHead) return Fail(431);
        if (headEnd < 0) return default;

        var head = bytes[..headEnd];
        if (head.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0) return Fail(400);
        var lines = Encoding.ASCII.GetString(head).Split("\r\n");
        foreach (var line in lines)
        {
            if (line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) return Fail(400);
        }

        if (lines.Length - 1 > limits.MaxHeaders) return Fail(431);
        if (ReadHeaders(lines.AsSpan(1)) is not { } headers) return Fail(400);
        var error = ReadRequestLine(lines[0], headers, limits, out var request);
        return error != 0 ? Fail(error) : new Result(request, start + headEnd + 4, 0);
    }

    private static readonly System.Buffers.SearchValues<char> NotInNames = System.Buffers.SearchValues.Create(" \t\"(),/;<=>?@[\\]{}");

    private static Result Fail(int status) => new(null, 0, status);

    private static Dictionary<string, string>? ReadHeaders(ReadOnlySpan<string> lines)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(NotInNames)) return null;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim(' ', '\t');
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }

        return headers;
    }

    private static int ReadRequestLine(string line, Dictionary<string, string> headers, HttpLimits limits, out HttpRequest? request)
    {
        request = null;
        var parts = line.Split(' ');
        if (parts.Length != 3 || parts[0].Length == 0 || !parts[0].All(char.IsAsciiLetterUpper)) return 400;
        var version = parts[2] switch { "HTTP/1.1" => new Version(1, 1), "HTTP/1.0" => new Version(1, 0), _ => null };
        if (version is null) return parts[2].StartsWith("HTTP/", StringComparison.Ordinal) ? 505 : 400;

        // Two Hosts were joined by a comma, which no host has in it.
        var hasHost = headers.TryGetValue("Host", out var host);
        if ((!hasHost && version.Minor == 1) || host?.Contains(',', StringComparison.Ordinal) == true) return 400;
        var chunked = headers.ContainsKey("Transfer-Encoding");
        var length = 0L;
        if (headers.TryGetValue("Content-Length", out var text))
        {
            if (chunked || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length)) return 400;
        }

        if (chunked) return 501;
        if (length > limits.MaxBody) return 413;
        if (Target(parts[1]) is not { } target) return 400;

        var question = target.IndexOf('?', StringComparison.Ordinal);
        var connection = headers.GetValueOrDefault("Connection") ?? "";
        request = new HttpRequest
        {
            Method = parts[0],
            Path = Uri.UnescapeDataString(question < 0 ? target : target[..question]),
            Query = Query(question < 0 ? "" : target[(question + 1)..]),
            Headers = headers,
            Version = version,
            KeepAlive = version.Minor == 1 ? !HasToken(connection, "close") : HasToken(connection, "keep-alive"),
            ContentLength = (int)length,
        };
        return 0;
    }

    // Origin form, or the absolute form that proxies get: its authority says nothing that Host does not.
    private static string? Target(string target)
    {
        if (target.StartsWith('/')) return target;
        if (!target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) return null;
        var slash = target.IndexOf('/', "http://".Length);
        return slash < 0 ? "/" : target[slash..];
    }

    private static Dictionary<string, string> Query(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            parameters[Decode(equals < 0 ? pair : pair[..equals])] = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
        }

        return parameters;

        static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    private static bool HasToken(string header, string token) =>
        header.Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase);
}
