using System.Text;

namespace Meltemi.Proxy.Telemetry.Metrics;

/// <summary>
/// Labels of a series, kept as the escaped text between the braces of Prometheus' format. Immutable. The order in which they were given
/// is the order in which they are printed, and part of what makes two sets equal.
/// </summary>
public sealed class Labels : IEquatable<Labels>
{
    private readonly byte[] _text;

    private Labels(byte[] text) => _text = text;

    /// <summary>No labels.</summary>
    public static Labels None { get; } = new([]);

    /// <summary><c>name="value",...</c> with quotes, backslashes and line feeds of values escaped.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>Labels with these names and values.</summary>
    /// <exception cref="ArgumentException">A name is not <c>[a-zA-Z_][a-zA-Z0-9_]*</c>.</exception>
    public static Labels Of(params ReadOnlySpan<(string Name, string Value)> pairs) => None.With(pairs);

    /// <summary>These labels and further ones behind them.</summary>
    /// <exception cref="ArgumentException">A name is not <c>[a-zA-Z_][a-zA-Z0-9_]*</c>.</exception>
    public Labels With(params ReadOnlySpan<(string Name, string Value)> pairs)
    {
        var text = new Utf8Buffer(_text.Length + pairs.Length * 32).Append(_text);
        foreach (var (name, value) in pairs)
        {
            if (!MetricName.IsLabel(name)) throw new ArgumentException($"'{name}' is not a label name", nameof(pairs));
            if (text.Length > 0) text.Append((byte)',');
            text.Append(name).Append("=\""u8);
            AppendEscaped(text, value);
            text.Append((byte)'"');
        }

        return new Labels(text.Written.ToArray());
    }

    /// <inheritdoc/>
    public bool Equals(Labels? other) => other is not null && Text.SequenceEqual(other.Text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Labels);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_text);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_text);

    private static void AppendEscaped(Utf8Buffer text, string value)
    {
        var rest = value.AsSpan();
        for (var at = rest.IndexOfAny('\\', '"', '\n'); at >= 0; at = rest.IndexOfAny('\\', '"', '\n'))
        {
            text.Append(rest[..at]).Append((byte)'\\').Append(rest[at] == '\n' ? (byte)'n' : (byte)rest[at]);
            rest = rest[(at + 1)..];
        }

        text.Append(rest);
    }
}
