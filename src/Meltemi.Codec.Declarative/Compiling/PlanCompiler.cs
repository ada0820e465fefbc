using System.Globalization;
using System.Numerics;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Xds.Declarative.V1;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles what decoding needs. The fields are resolved already.</summary>
internal sealed class PlanCompiler(CompileContext context, int maxFrameBytes)
{
    private const int MemoBits = 63;

    private readonly LayoutField[] _fields = [.. context.Fields];
    private readonly HeadCompiler _head = new(context.Fields);

    public Plan Compile(KindCompiler kinds)
    {
        var source = context.Source;
        var length = LengthRule();
        var delimiter = Delimiter();
        var id = Id();
        var variant = Variant();
        var status = StatusCompiler.Compile(context);
        var (memo, kept) = Copies();
        CheckRest(length, delimiter);
        CheckTail();

        var lengthInHead = length is not null && length.Field < _head.Count && length.From < _head.Count;
        var minTail = delimiter.Length + _fields.Skip(_head.Count).Sum(field => field.When is null ? field.MinSize : 0);
        var (mask, magic) = _head.Magic();
        var shapes = new Shape[_head.ShapeCount];
        for (var i = 0; i < shapes.Length; i++)
        {
            var laid = _head.Lay(i, _head.Count);
            shapes[i] = new()
            {
                Index = i,
                Size = laid.Size,
                MinSize = laid.Size + minTail,
                Offsets = laid.Offsets,
                Numbers = laid.Numbers,
                Checks = _head.Checks(laid, mask),
                Kinds = [kinds.Table(Origin.Client, _head, laid.Numbers), kinds.Table(Origin.Server, _head, laid.Numbers)],
                Length = lengthInHead ? laid.Numbers[length!.Field] : Number.Absent,
                LengthBase = lengthInHead ? length!.Plus + EndOf(length.From, laid.Offsets) : 0,
                Sizes = Sizes(laid.Numbers, length, lengthInHead, delimiter.Length > 0),
                Places = Places(laid.Numbers, delimiter.Length),
                Looked = Looked(status, laid.Numbers),
                Id = At(id, laid.Numbers),
                Variant = At(variant, laid.Numbers),
                Status = At(status?.Path, laid.Numbers),
                Memo = [.. memo.Select(one => At(one.Path, laid.Numbers))],
            };
        }

        return new()
        {
            Name = source.Name,
            Fields = _fields,
            Head = new(shapes, _head.Tests(), mask, magic, source.Name),
            Tail = new(_fields, _head.Count, lengthInHead ? null : length, delimiter.Length, maxFrameBytes, source.Name),
            HeadCount = _head.Count,
            MaxFrameBytes = maxFrameBytes,
            Delimiter = delimiter,
            Deciding = [.. kinds.Terms.Select(term => term.Path.Field).Distinct().Order()],
            Length = length,
            NeedsWalk = shapes.Any(shape => shape.Sizes is null || shape.Kinds.Any(table => table.NeedsWalk)) || kept is not null
                || ((FieldPath?[])[id, variant, status?.Path, .. memo.Select(one => one.Path)]).Any(path => path is not null && !IsInHead(path))
                || _fields.Skip(_head.Count).Any(field => field.Constant is not null || field.Allowed is not null),
            Id = id,
            MaxId = id is null ? ulong.MaxValue : MaxId(id),
            Variant = variant,
            Status = status,
            Memo = memo,
            Kept = kept,
            Certainty = BitOperations.PopCount(mask) >= 16 ? Certainty.Sure : mask != 0 || shapes.Any(shape => shape.Checks.Length > 0) ? Certainty.Likely : Certainty.None,
        };
    }

    private bool IsInHead(FieldPath path) => !path.IsPart && path.Field < _head.Count;

    private static Number At(FieldPath? path, Number[] numbers) => path is { IsPart: false } && path.Field < numbers.Length ? numbers[path.Field] : Number.Absent;

    private int EndOf(int field, int[] offsets) => field < 0 || offsets[field] < 0 ? 0 : offsets[field] + _fields[field].FixedSize;

    /// <summary>The sizes of all that follows the head, if they stand in the head or are fixed; null: a walk is needed.</summary>
    private SizeTerm[]? Sizes(Number[] numbers, LengthRule? length, bool lengthInHead, bool hasDelimiter)
    {
        if (hasDelimiter || (length is not null && !lengthInHead)) return null;
        var terms = new List<SizeTerm>();
        foreach (var field in _fields.Skip(_head.Count))
        {
            if (field.When is not null || field.Size is SizeKind.Until || (field.Size == SizeKind.Own && !field.IsFixed)) return null;
            if (field.Size == SizeKind.Rest) return length is null ? null : [.. terms];
            if (field.Size != SizeKind.Field)
            {
                // A fixed field behind a variable one: there is no number to read it from.
                if (field.FixedSize > 0) return null;
                continue;
            }

            if (field.SizeField >= _head.Count || !numbers[field.SizeField].IsPresent) return null;
            terms.Add(new(numbers[field.SizeField], _fields[field.SizeField].Plus));
        }

        return [.. terms];
    }

    /// <summary>The size of each field behind the head, if all that is to be known of it stands in the head.</summary>
    private SizeTerm[]? Places(Number[] numbers, int delimiterSize)
    {
        var terms = new List<SizeTerm>();
        foreach (var field in _fields.Skip(_head.Count))
        {
            if (field.When is not null || field.Constant is not null || field.Allowed is not null || field.IsBits || delimiterSize > 0) return null;
            if (field.Size == SizeKind.Rest && field.Index == _fields.Length - 1) terms.Add(new(Number.Absent, 0));
            else if (field.Size != SizeKind.Field || field.SizeField >= _head.Count || !numbers[field.SizeField].IsPresent) return null;
            else terms.Add(new(numbers[field.SizeField], _fields[field.SizeField].Plus));
        }

        return [.. terms];
    }

    private SizeTerm[]? Looked(StatusMap? status, Number[] numbers)
    {
        var terms = new List<SizeTerm>();
        foreach (var rule in status?.Rules ?? [])
        {
            var field = _fields[rule.When.Terms[0].Path.Field];
            if (!rule.OnlyParts || field.SizeField < 0 || field.SizeField >= _head.Count || !numbers[field.SizeField].IsPresent) return null;
            terms.Add(new(numbers[field.SizeField], _fields[field.SizeField].Plus));
        }

        return [.. terms];
    }

    private LengthRule? LengthRule()
    {
        if (context.Source.Length is not { } length) return null;
        if (context.Field(length.Field, "length.field") is not { } field) return null;
        if (!field.IsNumber) context.Error("length.field", $"'{field.Name}' is no number");
        var from = -1;
        if (length.After.Length > 0) from = context.Field(length.After, "length.after")?.Index ?? -1;
        else if (length.Counts == Length.Types.Counts.Following) from = field.Index;
        return new(field.Index, from, length.Plus);
    }

    private byte[] Delimiter()
    {
        if (!ByteText.TryParse(context.Source.Delimiter, out var bytes)) context.Error("delimiter", "no hexadecimal digits after hex:");
        if (bytes.Length > 0 && context.Source.Length is not null) context.Error("delimiter", "a message ends by its length or by a delimiter, not both");
        return bytes;
    }

    private FieldPath? Id()
    {
        if (context.Source.Id.Length == 0) return null;
        if (PathParser.Parse(context, context.Source.Id, "id") is not { } path) return null;
        var field = _fields[path.Field];
        if (path.IsPart && field.Parts is not ProtobufFormat)
            context.Error("id", "an id is a number of the layout, or a number in a field of type PROTOBUF");
        if (!path.IsPart && (!field.IsNumber || field.IsBits)) context.Error("id", $"'{field.Name}' is no number");
        if (!path.IsPart && field.Form == NumberForm.Decimal && field.Size != SizeKind.Until)
            context.Error("id", $"'{field.Name}' can be an id only if it has an 'until' instead of a size, since ids are of different length");
        if (!path.IsPart && field is { Form: NumberForm.U8 or NumberForm.I8 })
            context.Warning("id", "with an id of 8 bits a connection carries 255 requests at a time at most");
        return path;
    }

    private ulong MaxId(FieldPath id)
    {
        if (id.IsPart) return ulong.MaxValue;
        var field = _fields[id.Field];
        return context.Source.Layout[id.Field].HasMax ? field.Max : NumberForms.Max(field.Form);
    }

    private FieldPath? Variant()
    {
        if (context.Source.Variant.Length == 0) return null;
        if (context.Field(context.Source.Variant, "variant") is not { } field) return null;
        if (!field.IsNumber || field.Max > byte.MaxValue) context.Error("variant", $"'{field.Name}' is no number of 8 bits or less");
        return new(field.Index, null);
    }

    private ((FieldPath Path, int Bits)[] Memo, FieldPath? Kept) Copies()
    {
        var memo = new List<(FieldPath Path, int Bits)>();
        FieldPath? kept = null;
        var copies = context.Source.Errors?.Copy ?? [];
        for (var i = 0; i < copies.Count; i++)
        {
            var at = $"errors.copy[{i}]";
            if (context.Field(copies[i], at) is not { } field) continue;
            if (field.IsNumber && NumberForms.Width(field.Form) > 0) memo.Add((new(field.Index, null), Math.Min(NumberForms.Width(field.Form) * 8, 63)));
            else if (field.IsNumber) context.Error(at, "numbers of variable width cannot be copied");
            else if (kept is not null) context.Error(at, "only one field that is no number can be copied");
            else kept = new(field.Index, null);
        }

        if (memo.Sum(one => one.Bits) > MemoBits) context.Error("errors.copy", $"numbers of more than {MemoBits.ToString(CultureInfo.InvariantCulture)} bits together");
        return ([.. memo], kept);
    }

    private void CheckRest(LengthRule? length, byte[] delimiter)
    {
        foreach (var field in _fields.Where(field => field.Size == SizeKind.Rest))
        {
            var at = $"layout[{field.Index}].size";
            if (length is null && delimiter.Length == 0)
                context.Error(at, "REST needs a 'length' or a 'delimiter' of the message: otherwise nobody knows where the message ends");
            if (_fields.Skip(field.Index + 1).Any(other => !other.IsFixed || other.When is not null))
                context.Error(at, "behind a field that takes the REST only fields of fixed size can stand");
            if (length is not null && field.Index <= Math.Max(length.Field, length.From)) context.Error(at, "the field that says the length comes only later");
        }
    }

    private void CheckTail()
    {
        if (_fields.Length - _head.Count > Tail.MaxFields) context.Error("layout", $"more than {Tail.MaxFields} fields behind the first whose place is not fixed");
        foreach (var group in _fields.Where(field => field.SizeField >= 0).GroupBy(field => field.SizeField).Where(group => group.Count() > 1))
            context.Error($"layout[{group.Last().Index}].size", $"'{_fields[group.Key].Name}' is the size of '{_fields[group.First().Index].Name}' already");
    }
}
