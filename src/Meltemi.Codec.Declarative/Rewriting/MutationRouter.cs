using Meltemi.Codec.Declarative.Attributes;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Rewriting;

/// <summary>Says what a change of an attribute is a change of: a part of a mutable field, or the field itself.</summary>
internal sealed class MutationRouter
{
    private readonly AttributeKeys _names;
    private readonly Route[] _routes;
    private readonly int _openField;
    private readonly TlvFormat? _openTlv;
    private readonly FieldPath[] _decisive;

    /// <param name="decisive">What says of which kind a message is or how it ended, and so is never changed.</param>
    public MutationRouter(LayoutField[] fields, AttributeSpec[] attributes, HashSet<int> mutable, FieldPath[] decisive)
    {
        _decisive = [.. decisive.Where(path => path.Key is not null)];
        var named = attributes.Where(spec => !spec.IsAll).ToList();
        _names = new(named.Select(spec => spec.Name).Append(ReaderPlan.Kind));
        _routes = new Route[_names.Count];
        Array.Fill(_routes, Route.None);
        for (var i = 0; i < named.Count; i++)
        {
            var path = named[i].From.FirstOrDefault(path => mutable.Contains(path.Field) && CanWrite(fields[path.Field], path));
            if (path is null || named[i].ReadOnly) continue;
            if (IsDecisive(path.Field, path.Key, path.Tag)) continue;
            _routes[i] = new(path.Field, path.Key, fields[path.Field].Parts is TlvFormat ? path.Tag : -1);
        }

        var open = attributes.FirstOrDefault(spec => spec.IsAll && mutable.Contains(spec.From[0].Field) && CanWrite(fields[spec.From[0].Field], spec.From[0]));
        _openField = open?.From[0].Field ?? -1;
        _openTlv = _openField < 0 ? null : fields[_openField].Parts as TlvFormat;
        Fixed = [.. _names.Names.Where((_, i) => _routes[i].Field < 0)];
        CanChange = _openField >= 0 || _routes.Any(route => route.Field >= 0);
    }

    /// <summary>Attributes that cannot be changed.</summary>
    public IReadOnlyList<string> Fixed { get; }

    /// <summary>Whether anything can be changed.</summary>
    public bool CanChange { get; }

    /// <summary>What can be written: keys and values, maps of texts at the top of protobuf messages, and fields without parts.</summary>
    public static bool CanWrite(LayoutField field, FieldPath path) => field.Parts switch
    {
        null => !path.IsPart && !field.IsBits,
        JsonFormat => false,
        ProtobufFormat => path is { IsAll: true, Numbers.Length: 1 },
        _ => path.IsPart,
    };

    /// <summary>Where a change goes; a field of -1: it cannot be made.</summary>
    public Route Find(in Change change)
    {
        var index = _names.IndexOf(change.Key.Span);
        if (index >= 0) return _routes[index];
        if (_openTlv is null) return IsDecisive(_openField, change.Key.Span, -1) ? Route.None : new(_openField, null, -1);
        var known = TryTag(_openTlv, change.Key.Span, out var tag) && !IsDecisive(_openField, default, tag);
        return known ? new(_openField, null, tag) : Route.None;
    }

    private bool IsDecisive(int field, ReadOnlySpan<byte> key, long tag)
    {
        foreach (var path in _decisive)
        {
            if (path.Field == field && (key.IsEmpty ? tag >= 0 && path.Tag == tag : key.SequenceEqual(path.Key))) return true;
        }

        return false;
    }

    private static bool TryTag(TlvFormat format, ReadOnlySpan<byte> name, out long tag)
    {
        foreach (var (text, number) in format.Names)
        {
            if (!name.SequenceEqual(text)) continue;
            tag = number;
            return true;
        }

        return NumberForms.TryDigits(name, out tag) && tag <= (long)Math.Min(NumberForms.Max(format.Tag), long.MaxValue);
    }
}

/// <summary>Where a change goes.</summary>
/// <param name="Field">Index of the field; -1: nowhere.</param>
/// <param name="Key">Key of the part; null: as the attribute is called.</param>
/// <param name="Tag">Of TLV: the tag.</param>
internal readonly record struct Route(int Field, byte[]? Key, long Tag)
{
    public static Route None => new(-1, null, -1);
}
