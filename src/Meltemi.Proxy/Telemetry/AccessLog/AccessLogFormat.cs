using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// A compiled format: writes entries as lines, without allocation. Text lines are what the format says, with its line feed. JSON lines
/// are one object, keys in the configuration's order; a value that is one command is null if not known, and a number if the command is one
/// (<c>RESPONSE_CODE</c>, <c>BYTES_*</c>, <c>*DURATION</c>, ...); any other value is a string.
/// </summary>
public sealed class AccessLogFormat
{
    private readonly Field[] _fields;
    private readonly bool _json;

    private AccessLogFormat(Field[] fields, bool json)
    {
        _fields = fields;
        _json = json;
    }

    private sealed record Field(byte[] Key, LogOperator[] Value);

    /// <summary>Compiles an access log's format; without one, <see cref="DefaultText"/>.</summary>
    /// <param name="config">The access log.</param>
    /// <param name="keys">Learns the attributes that are wanted; one object for all logs of a listener.</param>
    /// <param name="codec">The listener's protocol, for the default format; null: none (TCP).</param>
    /// <exception cref="FormatException">A command is unknown or broken; the message says where and why.</exception>
    public static AccessLogFormat Compile(AccessLogConfig config, AccessLogKeys keys, CodecInfo? codec)
    {
        if (config.Json is not { } json)
        {
            var operators = FormatParser.Parse(config.Format ?? DefaultText(codec), keys, Escaping.Text);
            return new AccessLogFormat([new Field([], [.. operators])], json: false);
        }

        var fields = new List<Field>();
        foreach (var (key, value) in json)
        {
            byte[] before = [.. fields.Count == 0 ? "{\""u8 : ",\""u8, .. FormatParser.Escape(key, Escaping.Json), .. "\":"u8];
            fields.Add(new Field(before, [.. FormatParser.Parse(value, keys, Escaping.Json)]));
        }

        return new AccessLogFormat([.. fields], json: true);
    }

    /// <summary>
    /// The format of logs that have none: Envoy's and Istio's fields, with interface and method where HTTP has its method and path.
    /// </summary>
    public static string DefaultText(CodecInfo? codec)
    {
        var asked = codec is null ? "" : $" \"{Attribute(codec.InterfaceAttribute)} {Attribute(codec.MethodAttribute)}\"";
        return "[%START_TIME%] %PROTOCOL%" + asked
            + " %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS%"
            + " \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESPONSE_DURATION%"
            + " \"%REQ(x-request-id)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS%"
            + " %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

        static string Attribute(string? name) => name is null ? "-" : $"%REQ({name})%";
    }

    /// <summary>Appends an entry's line.</summary>
    public void Write(in AccessLogEntry entry, Utf8Buffer output)
    {
        var line = new LogLine(output, _json ? Escaping.Json : Escaping.Text);
        if (!_json)
        {
            WriteAll(_fields[0].Value, entry, line);
            return;
        }

        if (_fields.Length == 0) output.Append((byte)'{');
        foreach (var field in _fields)
        {
            output.Append(field.Key);
            if (field.Value is [var single]) WriteSingle(single, entry, line);
            else WriteString(field.Value, entry, line);
        }

        output.Append("}\n"u8);
    }

    private static void WriteSingle(LogOperator single, in AccessLogEntry entry, LogLine line)
    {
        var start = line.Output.Length;
        if (!single.IsNumber) line.Output.Append((byte)'"');
        if (!single.Write(entry, line))
        {
            line.Output.Length = start;
            line.Output.Append("null"u8);
        }
        else if (!single.IsNumber)
        {
            line.Output.Append((byte)'"');
        }
    }

    private static void WriteString(LogOperator[] operators, in AccessLogEntry entry, LogLine line)
    {
        line.Output.Append((byte)'"');
        WriteAll(operators, entry, line);
        line.Output.Append((byte)'"');
    }

    private static void WriteAll(LogOperator[] operators, in AccessLogEntry entry, LogLine line)
    {
        foreach (var part in operators)
        {
            if (!part.Write(entry, line)) line.Output.Append(LogOperator.Absent);
        }
    }
}
