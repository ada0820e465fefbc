using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Meltemi.Xds.Yaml;

/// <summary>
/// Turns a YAML or JSON text (JSON is read as the YAML that it is) into nodes with their places. Anchors, aliases and merge keys work; keys
/// are texts and unique. Bounded: nothing that a text says can exhaust memory or the stack; but who follows aliases must count, since
/// few nodes can stand for very many.
/// </summary>
public sealed class YamlText
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxCharacters = 32 * 1024 * 1024;

    /// <summary>Deepest nesting of lists and objects.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most nodes, where what an alias or a merge key repeats counts again.</summary>
    public const int MaxNodes = 2_000_000;

    private readonly int _linesBefore;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlText(string text, int linesBefore)
    {
        _linesBefore = linesBefore;
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
    }

    /// <summary>Reads a text of one document; null if there is nothing in it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="linesBefore">How many lines stand before it, if it is a part of a longer one.</param>
    /// <exception cref="YamlSyntaxException">With the place and the reason.</exception>
    public static YamlNode? Parse(string text, int linesBefore = 0)
    {
        if (text.Length > MaxCharacters) throw new YamlSyntaxException(new(1, 1), $"the text is longer than {MaxCharacters} characters");
        var reader = new YamlText(text, linesBefore);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            throw new YamlSyntaxException(reader.Place(e.Start), Sentence(e.InnerException?.Message ?? e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException
            or OverflowException or NullReferenceException)
        {
            // The library's own slips on broken input; the scanner still knows where.
            throw new YamlSyntaxException(reader.Place(reader._scanner.CurrentPosition), "not valid YAML");
        }
    }

    private Mark Place(in YamlDotNet.Core.Mark mark) => new((int)Math.Max(1, mark.Line) + _linesBefore, (int)Math.Max(1, mark.Column));

    private static string Sentence(string message) =>
        message.Length == 0 ? "not valid YAML" : $"{char.ToLowerInvariant(message[0])}{message.AsSpan(1).TrimEnd('.')}";

    private YamlNode? ReadDocument()
    {
        Next<StreamStart>();
        _parser.MoveNext();
        if (_parser.Current is StreamEnd) return null;
        var root = ReadNode(Next(), 0);
        if (Next() is not DocumentEnd || Next() is not StreamEnd)
            throw new YamlSyntaxException(Place(_parser.Current!.Start), "only one document is read, and here a second one begins");
        return root;
    }

    private ParsingEvent Next() =>
        _parser.MoveNext() ? _parser.Current! : throw new YamlSyntaxException(Place(_scanner.CurrentPosition), "the text ends too early");

    private void Next<T>()
    {
        if (Next() is not T) throw new YamlSyntaxException(Place(_scanner.CurrentPosition), "not valid YAML");
    }

    private YamlNode ReadNode(ParsingEvent current, int depth)
    {
        var mark = Place(current.Start);
        if (depth > MaxDepth) throw new YamlSyntaxException(mark, $"nested deeper than {MaxDepth} levels");
        Count(1, mark);
        switch (current)
        {
            case AnchorAlias alias:
                return _anchors.GetValueOrDefault(alias.Value.Value)
                    ?? throw new YamlSyntaxException(mark, $"no anchor &{alias.Value.Value} before this alias");
            case Scalar scalar:
                return Named(scalar, new YamlScalar { Mark = mark, Text = scalar.Value, Plain = IsPlain(scalar) });
            case SequenceStart sequence:
                var items = new List<YamlNode>();
                for (var next = Next(); next is not SequenceEnd; next = Next()) items.Add(ReadNode(next, depth + 1));
                return Named(sequence, new YamlSequence { Mark = mark, Items = items });
            case MappingStart mapping:
                return Named(mapping, ReadMapping(mark, depth));
            default:
                throw new YamlSyntaxException(mark, "not valid YAML");
        }
    }

    private YamlNode Named(NodeEvent current, YamlNode node)
    {
        if (!current.Anchor.IsEmpty) _anchors[current.Anchor.Value] = node;
        return node;
    }

    private static bool IsPlain(Scalar scalar) => scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.IsPlainImplicit);

    private YamlMapping ReadMapping(Mark mark, int depth)
    {
        var entries = new List<YamlEntry>();
        var places = new Dictionary<string, Mark>(StringComparer.Ordinal);
        List<YamlEntry>? merges = null;
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            var place = Place(next.Start);
            if (ReadNode(next, depth + 1) is not YamlScalar key) throw new YamlSyntaxException(place, "a key must be a text");
            var value = ReadNode(Next(), depth + 1);
            var entry = new YamlEntry(key.Text, place, value);
            if (key is { Plain: true, Text: "<<" })
                (merges ??= []).Add(entry);
            else if (places.TryAdd(key.Text, place))
                entries.Add(entry);
            else
                throw new YamlSyntaxException(place, $"the key '{key.Text}' is there twice, first in line {places[key.Text].Line}");
        }

        foreach (var merge in merges ?? []) Merge(merge, entries, places);
        return new YamlMapping { Mark = mark, Entries = entries };
    }

    private void Merge(YamlEntry merge, List<YamlEntry> entries, Dictionary<string, Mark> places)
    {
        foreach (var source in merge.Value is YamlSequence list ? list.Items : [merge.Value])
        {
            if (source is not YamlMapping mapping)
                throw new YamlSyntaxException(merge.Mark, $"<< takes an object or a list of objects, not {source.Kind}");
            Count(mapping.Entries.Count, merge.Mark);
            foreach (var entry in mapping.Entries)
            {
                if (places.TryAdd(entry.Key, entry.Mark)) entries.Add(entry);
            }
        }
    }

    private void Count(int nodes, Mark mark)
    {
        if ((_nodes += nodes) > MaxNodes) throw new YamlSyntaxException(mark, $"more than {MaxNodes} values");
    }
}
