using System.Text;
using Meltemi.Xds.Expressions;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>Compiles Envoy's format strings (<see cref="FormatString"/>).</summary>
internal static class FormatParser
{
    /// <exception cref="FormatException">Unknown or broken command, with its position counted from 1.</exception>
    public static List<LogOperator> Parse(string format, AccessLogKeys keys, Escaping escaping) =>
        [.. FormatString.Parse(format).Select(part => part.Command is { } name
            ? Command(part, name, keys, escaping)
            : new LiteralOperator(Escape(part.Text, escaping)))];

    /// <summary>Bytes of trusted text: as they are, or, within a JSON string, escaped.</summary>
    public static byte[] Escape(string text, Escaping escaping)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (escaping != Escaping.Json) return utf8;
        var escaped = new Utf8Buffer(utf8.Length + 16);
        new LogLine(escaped, escaping).Value(utf8);
        return escaped.Written.ToArray();
    }

    private static LogOperator Command(FormatPart part, string name, AccessLogKeys keys, Escaping escaping) =>
        LogCommands.Find(name, part.Argument, part.MaxLength, keys, escaping, out var error)
        ?? throw FormatString.Error(part.Position, error ?? $"there is no command '{name}'");
}
