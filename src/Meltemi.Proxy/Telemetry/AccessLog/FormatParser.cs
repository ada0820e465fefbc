using System.Text;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>Reads Envoy's format strings: text with <c>%COMMAND(argument):length%</c> in it; <c>%%</c> is a percent sign.</summary>
internal static class FormatParser
{
    /// <exception cref="FormatException">Unknown or broken command, with its position counted from 1.</exception>
    public static List<LogOperator> Parse(string format, AccessLogKeys keys, bool json)
    {
        var operators = new List<LogOperator>();
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
                operators.Add(ParseCommand(format, ref i, keys, json));
            }
        }

        FlushLiteral();
        return operators;

        void FlushLiteral()
        {
            if (literal.Length > 0) operators.Add(new LiteralOperator(Escape(literal.ToString(), json)));
            literal.Clear();
        }
    }

    /// <summary>Bytes of trusted text: as they are, or, within a JSON string, escaped.</summary>
    public static byte[] Escape(string text, bool json)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (!json) return utf8;
        var escaped = new Utf8Buffer(utf8.Length + 16);
        new LogLine(escaped, json: true).Value(utf8);
        return escaped.Written.ToArray();
    }

    private static LogOperator ParseCommand(string format, ref int i, AccessLogKeys keys, bool json)
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
        {
            throw Error(start, "the command does not end with '%' (a percent sign is written '%%')");
        }

        return LogCommands.Find(name, argument, maxLength, keys, json, out var error)
            ?? throw Error(start, error ?? $"there is no command '{name}'");
    }

    private static FormatException Error(int position, string reason) =>
        new($"access log format, position {position + 1}: {reason}");
}
