using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Xds.Expressions;

namespace Meltemi.Proxy.Routing.Templates;

/// <summary>
/// A change of an attribute whose value may be made of what is known of the request, by the commands of access logs. What is missing is empty.
/// </summary>
internal sealed class ChangeTemplate
{
    private readonly LogOperator[] _parts;
    private readonly bool _keepEmpty;

    /// <summary>Compiles a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="keys">Learns the attributes that are wanted.</param>
    /// <exception cref="FormatException">The value is no format; the message says where and why.</exception>
    public ChangeTemplate(MutationConfig change, AccessLogKeys keys)
    {
        Kind = change.Kind;
        Key = Encoding.UTF8.GetBytes(change.Key);
        _keepEmpty = change.KeepEmpty;
        _parts = [.. FormatParser.Parse(change.Value, keys, Escaping.None)];
        if (_parts.All(part => part is LiteralOperator)) Fixed = new(Kind, Key, Text(_parts));
    }

    public ChangeKind Kind { get; }

    public byte[] Key { get; }

    /// <summary>The change, if it is the same for all requests; null: it is not.</summary>
    public Change? Fixed { get; }

    /// <summary>Appends the value; false, with nothing appended, if there is nothing to change.</summary>
    public bool Write(in AccessLogEntry entry, Utf8Buffer output)
    {
        var start = output.Length;
        var line = new LogLine(output, Escaping.None);
        foreach (var part in _parts) part.Write(entry, line);
        return output.Length > start || _keepEmpty;
    }

    /// <summary>Whether a value is anything but a text.</summary>
    public static bool IsTemplate(MutationConfig change) =>
        FormatString.HasCommands(change.Value) && FormatString.Parse(change.Value).Exists(part => part.Command is not null);

    private static byte[] Text(LogOperator[] parts)
    {
        var text = new Utf8Buffer(64);
        foreach (var part in parts) part.Write(default, new LogLine(text, Escaping.None));
        return text.Written.ToArray();
    }
}
