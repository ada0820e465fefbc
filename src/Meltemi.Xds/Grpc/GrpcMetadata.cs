using System.Collections;

namespace Meltemi.Xds.Grpc;

/// <summary>
/// Headers or trailers of a call, in order, names in small letters. Values of names that end in <c>-bin</c> are bytes, on the wire in base64.
/// </summary>
public sealed class GrpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
    private const string BinarySuffix = "-bin";

    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The first value of a name; null: none.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _entries)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
            }

            return null;
        }
    }

    /// <summary>Adds a text, which must be printable ASCII.</summary>
    /// <exception cref="ArgumentException">It could not be sent.</exception>
    public void Add(string name, string value)
    {
        if (name.Length == 0 || name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) || name.Any(c => !IsNameCharacter(c)))
            throw new ArgumentException($"'{name}' cannot be the name of metadata: letters, digits, '_', '-' and '.', and not 'grpc-...'", nameof(name));
        if (value.Any(c => c is < ' ' or > '~')) throw new ArgumentException($"the value of metadata '{name}' is not printable ASCII", nameof(value));
        _entries.Add(new(name.ToLowerInvariant(), value));
    }

    /// <summary>Adds bytes under a name that ends in <c>-bin</c>.</summary>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        if (!name.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"the name of binary metadata must end in '{BinarySuffix}', not '{name}'", nameof(name));
        Add(name, Convert.ToBase64String(value).TrimEnd('='));
    }

    /// <summary>The bytes of the first value of a name that ends in <c>-bin</c>; null: none, or not base64.</summary>
    public byte[]? Bytes(string name)
    {
        if (this[name] is not { } text) return null;
        text = text.TrimEnd('='); // senders pad or do not
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes a header as it came; the protocol's own are left out.</summary>
    internal void AddReceived(string name, string value)
    {
        if (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) || name.StartsWith(':') || IsTransport(name)) return;
        _entries.Add(new(name.ToLowerInvariant(), value));
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private static bool IsTransport(string name) =>
        name.Equals("content-type", StringComparison.OrdinalIgnoreCase) || name.Equals("te", StringComparison.OrdinalIgnoreCase)
        || name.Equals("date", StringComparison.OrdinalIgnoreCase) || name.Equals("server", StringComparison.OrdinalIgnoreCase)
        || name.Equals("host", StringComparison.OrdinalIgnoreCase);
}
