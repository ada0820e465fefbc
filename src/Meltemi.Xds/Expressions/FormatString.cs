using System.Text;
using System.Text.RegularExpressions;

namespace Meltemi.Xds.Expressions;

/// <summary>
/// Envoy's format strings, of access logs and of values with templates: text with <c>%COMMAND(argument):length%</c> in it; <c>%%</c> is a percent
/// sign. This knows how they are written and which commands there are; what a command shows is a matter of who shows it.
/// </summary>
public static partial class FormatString
{
    private static readonly string[] Addresses =
    [
        "UPSTREAM_REMOTE", "UPSTREAM_LOCAL", "DOWNSTREAM_LOCAL", "DOWNSTREAM_REMOTE", "DOWNSTREAM_DIRECT_REMOTE",
    ];

    // Envoy's commands that are known to the proxy; a test holds the proxy to it.
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "START_TIME", "REQ", "RESP", "HOSTNAME", "PROTOCOL", "RESPONSE_FLAGS", "RESPONSE_CODE_DETAILS", "UPSTREAM_HOST", "UPSTREAM_CLUSTER",
        "UPSTREAM_CLUSTER_RAW", "UPSTREAM_TRANSPORT_FAILURE_REASON", "CONNECTION_TERMINATION_DETAILS", "REQUESTED_SERVER_NAME", "ROUTE_NAME",
        "RESPONSE_CODE", "BYTES_RECEIVED", "BYTES_SENT", "DURATION", "REQUEST_DURATION", "RESPONSE_DURATION", "RESPONSE_TX_DURATION",
        "CONNECTION_ID", "UPSTREAM_REQUEST_ATTEMPT_COUNT",

        // Accepted, and never there.
        "DYNAMIC_METADATA", "METADATA", "CLUSTER_METADATA", "UPSTREAM_METADATA", "FILTER_STATE", "UPSTREAM_FILTER_STATE", "TRAILER", "GRPC_STATUS",
        "GRPC_STATUS_NUMBER", "VIRTUAL_CLUSTER_NAME", "LOCAL_REPLY_BODY", "FILTER_CHAIN_NAME", "STREAM_ID", "DOWNSTREAM_PEER_SUBJECT",
        "DOWNSTREAM_PEER_ISSUER", "DOWNSTREAM_PEER_URI_SAN", "DOWNSTREAM_LOCAL_SUBJECT", "DOWNSTREAM_LOCAL_URI_SAN", "DOWNSTREAM_TLS_VERSION",
        "DOWNSTREAM_TLS_CIPHER", "DOWNSTREAM_TLS_SESSION_ID", "DOWNSTREAM_TRANSPORT_FAILURE_REASON", "UPSTREAM_PEER_SUBJECT", "UPSTREAM_PEER_URI_SAN",
        "UPSTREAM_TLS_VERSION", "UPSTREAM_TLS_CIPHER",
    };

    static FormatString()
    {
        foreach (var address in Addresses)
            Names.UnionWith([$"{address}_ADDRESS", $"{address}_ADDRESS_WITHOUT_PORT", $"{address}_ADDRESS_PORT", $"{address}_PORT"]);
    }

    /// <summary>The commands that there are.</summary>
    public static IReadOnlySet<string> Commands => Names;

    /// <summary>Whether there may be anything but text in it.</summary>
    public static bool HasCommands(string format) => format.Contains('%', StringComparison.Ordinal);

    /// <summary>A text as a format that says just that.</summary>
    public static string Escape(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>The parts, in order.</summary>
    /// <exception cref="FormatException">It is broken; with the position, counted from 1.</exception>
    public static List<FormatPart> Parse(string format)
    {
        var parts = new List<FormatPart>();
        var literal = new StringBuilder();
        for (var i = 0; i < format.Length;)
        {
            if (format[i] != '%')
            {
                literal.Append(format[i++]);
            }
            else if (i + 1 < format.Length && format[i + 1] == '%')
            {
                literal.Append('%');
                i += 2;
            }
            else
            {
                FlushLiteral();
                parts.Add(ParseCommand(format, ref i));
            }
        }

        FlushLiteral();
        return parts;

        void FlushLiteral()
        {
            if (literal.Length > 0) parts.Add(new FormatPart(0, literal.ToString()));
            literal.Clear();
        }
    }

    /// <summary>What is wrong with a format, as the end of a sentence about it; null: nothing.</summary>
    public static string? Complaint(string format)
    {
        try
        {
            foreach (var part in Parse(format))
            {
                if (part.Command is not { } name) continue;
                if (!Names.Contains(name)) return Error(part.Position, $"there is no command '{name}'").Message;
                if (name is "REQ" or "RESP" && string.IsNullOrEmpty(part.Argument)) return Error(part.Position, $"{name} needs the name of an attribute").Message;
                if (name == "START_TIME" && part.Argument is { } time && !TimeFormats().IsMatch(time)) return Error(part.Position, $"'{time}' is no format of a time").Message;
            }

            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>An error in a format.</summary>
    /// <param name="position">Where, counted from 0.</param>
    public static FormatException Error(int position, string reason) => new($"position {position + 1}: {reason}");

    private static FormatPart ParseCommand(string format, ref int i)
    {
        var start = i++;
        var nameStart = i;
        while (i < format.Length && (char.IsAsciiLetterOrDigit(format[i]) || format[i] == '_')) i++;
        var name = format[nameStart..i];

        string? argument = null;
        if (i < format.Length && format[i] == '(')
        {
            var close = format.IndexOf(')', i);
            if (close < 0) throw Error(start, "the parenthesis is not closed");
            argument = format[(i + 1)..close];
            i = close + 1;
        }

        var maxLength = int.MaxValue;
        if (i < format.Length && format[i] == ':')
        {
            var digits = ++i;
            while (i < format.Length && char.IsAsciiDigit(format[i])) i++;
            if (!int.TryParse(format.AsSpan(digits, i - digits), out maxLength)) throw Error(start, "the colon wants a length behind it");
        }

        if (i >= format.Length || format[i++] != '%')
            throw Error(start, "the command does not end with '%' (a percent sign is written '%%')");
        return new FormatPart(start, "", name, argument, maxLength);
    }

    [GeneratedRegex("^(?:[^%]|%[1-9]?f|%[YCymdejHIMSpaAuwbhBsFTRDzZnt%])*$", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex TimeFormats();
}

/// <summary>A part of a format: a command or, without one, text.</summary>
/// <param name="Position">Of a command, counted from 0.</param>
/// <param name="Text">The text.</param>
/// <param name="Command">Name of the command; null: text.</param>
/// <param name="Argument">Between its parentheses; null: none.</param>
/// <param name="MaxLength">Most bytes of its value.</param>
public sealed record FormatPart(int Position, string Text, string? Command = null, string? Argument = null, int MaxLength = int.MaxValue);
