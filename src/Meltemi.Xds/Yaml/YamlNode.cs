using System.Text.Json;

namespace Meltemi.Xds.Yaml;

/// <summary>
/// Place in a text, both counted from 1; 0 if there is no text. A class, like <see cref="YamlEntry"/>: collections of references are
/// compiled ahead of time, those of our own structs are not, and would be compiled at every start.
/// </summary>
public sealed record Mark(int Line, int Column)
{
    /// <summary>No place.</summary>
    public static Mark None { get; } = new(0, 0);
}

/// <summary>A value in a YAML or JSON text.</summary>
public abstract class YamlNode
{
    /// <summary>Where it begins.</summary>
    public Mark Mark { get; init; } = Mark.None;

    /// <summary>The kind of value in words, for messages.</summary>
    public abstract string Kind { get; }

    /// <summary>Nothing: <c>null</c>, <c>~</c> or an empty plain value.</summary>
    public virtual bool IsNull => false;
}

/// <summary>Text, number, boolean or null.</summary>
public sealed class YamlScalar : YamlNode
{
    /// <summary>The text without quotes.</summary>
    public required string Text { get; init; }

    /// <summary>Written without quotes, so that it may be a number, a boolean or null.</summary>
    public bool Plain { get; init; }

    /// <inheritdoc/>
    public override string Kind => IsNull ? "nothing" : Plain ? $"`{Shortened}`" : $"the text \"{Shortened}\"";

    /// <inheritdoc/>
    public override bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>
    /// What it is in JSON: a plain text is a number only if JSON could write it like that, so that what is read as a number is also
    /// written as one.
    /// </summary>
    public JsonValueKind JsonKind =>
        !Plain ? JsonValueKind.String
        : IsNull ? JsonValueKind.Null
        : Text is "true" or "True" or "TRUE" ? JsonValueKind.True
        : Text is "false" or "False" or "FALSE" ? JsonValueKind.False
        : JsonNumber.Is(Text) ? JsonValueKind.Number
        : JsonValueKind.String;

    private string Shortened => Text.Length > 60 ? $"{Text.AsSpan(0, 60)}..." : Text;
}

/// <summary>A list.</summary>
public sealed class YamlSequence : YamlNode
{
    /// <summary>Its elements.</summary>
    public required IReadOnlyList<YamlNode> Items { get; init; }

    /// <inheritdoc/>
    public override string Kind => "a list";
}

/// <summary>Keys and values; merge keys are already resolved.</summary>
public sealed class YamlMapping : YamlNode
{
    /// <summary>In the order of the text; keys are unique.</summary>
    public required IReadOnlyList<YamlEntry> Entries { get; init; }

    /// <inheritdoc/>
    public override string Kind => "an object";

    /// <summary>Value of a key; null if it is not there.</summary>
    public YamlNode? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key == key) return entry.Value;
        }

        return null;
    }
}

/// <summary>A key, where it stands, and its value.</summary>
public sealed record YamlEntry(string Key, Mark Mark, YamlNode Value);
