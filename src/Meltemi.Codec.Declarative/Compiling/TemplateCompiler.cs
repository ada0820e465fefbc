using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Messages;
using Meltemi.Xds.Reading;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles messages that are given as values of fields.</summary>
/// <param name="copies">Fields that are taken over from the message that is answered: their places in the note; the one that is bytes has none.</param>
internal sealed class TemplateCompiler(CompileContext context, Plan plan, IReadOnlyDictionary<int, (int At, int Bits)> copies, int kept)
{
    /// <summary>The message; null if errors were reported.</summary>
    /// <param name="at">Where the message is described.</param>
    /// <param name="assigned">Values of fields, and where each is said.</param>
    public MessageTemplate? Compile(string at, IReadOnlyDictionary<string, (Value Value, string At)> assigned)
    {
        var bad = false;
        foreach (var (name, (_, path)) in assigned)
        {
            if (context.Fields.Any(field => field.Name == name)) continue;
            context.Error(path, $"there is no field '{name}' in the layout{Spelling.Hint(name, context.Fields.Select(field => field.Name))}");
            bad = true;
        }

        if (bad) return null;
        var numbers = Numbers(assigned, at);
        var indexes = new int[plan.Fields.Length];
        Array.Fill(indexes, -1);
        var fields = new List<(LayoutField Field, TemplateField Template)>();
        foreach (var field in plan.Fields)
        {
            if (field.When is { } when && !IsThere(when, numbers, at))
            {
                if (assigned.TryGetValue(field.Name, out var unused) && !field.IsBits)
                    context.Warning(unused.At, $"'{field.Name}' is not there in such a message");
                numbers[field.Index] = null;
                continue;
            }

            if (field.IsBits) continue;
            if (Compile(field, assigned, numbers, indexes, at) is not { } template) return null;
            indexes[field.Index] = fields.Count;
            fields.Add((field, template));
        }

        // A size field learns whose it is when its field has come.
        var sized = fields.ToDictionary(pair => pair.Field.Index, pair => pair.Template);
        foreach (var (field, _) in fields.Where(pair => pair.Field.Size == SizeKind.Field))
        {
            if (sized.TryGetValue(field.SizeField, out var size)) sized[field.SizeField] = size with { SizeOf = indexes[field.Index] };
        }

        var length = plan.Length is { } rule ? indexes[rule.Field] : -1;
        var from = plan.Length is { From: >= 0 } following ? indexes[following.From] : -1;
        var status = plan.Status is { Path: { IsPart: false, Field: var code } } && plan.Fields[code].IsNumber ? (int)(numbers[code] ?? 0) : TextStatus(assigned);
        return new([.. fields.Select(pair => sized[pair.Field.Index])], plan.Delimiter, length, from, plan.Length?.Plus ?? 0) { Status = status };
    }

    private TemplateField? Compile(
        LayoutField field, IReadOnlyDictionary<string, (Value Value, string At)> assigned, long?[] numbers, int[] indexes, string at)
    {
        var isSize = plan.Fields.Any(other => other.SizeField == field.Index);
        var isLength = plan.Length?.Field == field.Index;
        var width = field is { Form: NumberForm.Decimal, Size: SizeKind.Fixed, IsNumber: true } ? field.FixedSize : 0;
        var template = new TemplateField { Form = field.Form, Width = width, SizeOf = -1, Plus = field.Plus, Until = field.Until };
        if (isSize || isLength)
        {
            if (assigned.TryGetValue(field.Name, out var said)) context.Error(said.At, $"'{field.Name}' follows from the other fields, so that it is not said");
            return template;
        }

        var pieces = new ValueCompiler(context, plan, field).Compile(assigned.GetValueOrDefault(field.Name), at);
        if (assigned.ContainsKey(field.Name)) return pieces is null ? null : template with { Pieces = Number(pieces, field, numbers) };
        if (plan.Id is { IsPart: false } id && id.Field == field.Index) return template with { Pieces = [new IdPiece(field.Form)] };
        if (copies.TryGetValue(field.Index, out var copy)) return template with { Pieces = [new CopyPiece(field.Form, copy.At, copy.Bits)] };
        if (kept == field.Index) return template with { Pieces = [new KeptPiece()] };
        if (field.Constant is { } constant) return template with { Pieces = [new LiteralPiece(constant)] };
        if (field.IsNumber) return template with { Pieces = Number([], field, numbers) };
        return template with { Pieces = [new LiteralPiece(new byte[field.Size == SizeKind.Fixed ? field.FixedSize : 0])] };
    }

    /// <summary>The pieces of a number: its value, unless it is the id.</summary>
    private static Piece[] Number(Piece[] pieces, LayoutField field, long?[] numbers)
    {
        if (!field.IsNumber || pieces is [IdPiece]) return pieces;
        var bytes = new byte[Math.Max(field.FixedSize, 20)];
        var writer = new ByteWriter(bytes);
        if (field is { Form: NumberForm.Decimal, Size: SizeKind.Fixed }) writer.WriteDigits(numbers[field.Index] ?? 0, field.FixedSize);
        else writer.Write(field.Form, numbers[field.Index] ?? 0);
        return [new LiteralPiece(writer.Written.ToArray())];
    }

    /// <summary>The values of all numbers, as if all were there; null: it is known only when the message is written.</summary>
    private long?[] Numbers(IReadOnlyDictionary<string, (Value Value, string At)> assigned, string at)
    {
        var numbers = new long?[plan.Fields.Length];
        foreach (var field in plan.Fields.Where(field => field.IsNumber && !field.IsBits)) numbers[field.Index] = Number(field, assigned);
        foreach (var bits in plan.Fields.Where(field => field.IsBits))
        {
            var said = assigned.ContainsKey(bits.Name) || bits.Allowed is { Numbers.Count: 1 } ? Number(bits, assigned) : null;
            if (numbers[bits.BitsOf] is not { } whole) continue;
            if (said is { } value) whole = (long)(((ulong)whole & ~(bits.Mask << bits.Shift)) | ((ulong)value & bits.Mask) << bits.Shift);
            numbers[bits.BitsOf] = whole;
        }

        foreach (var bits in plan.Fields.Where(field => field.IsBits))
            numbers[bits.Index] = numbers[bits.BitsOf] is { } whole ? (long)((ulong)whole >> bits.Shift & bits.Mask) : null;
        foreach (var field in plan.Fields.Where(field => field.Allowed is not null))
        {
            if (numbers[field.Index] is { } number && !field.Allowed!.Has(number))
                context.Error(at, $"'{field.Name}' has to be said: it is one of {string.Join(", ", field.Allowed.Numbers)}, not {number}");
        }

        return numbers;
    }

    private long? Number(LayoutField field, IReadOnlyDictionary<string, (Value Value, string At)> assigned)
    {
        if (assigned.TryGetValue(field.Name, out var said)) return ValueCompiler.IsId(said.Value) ? null : ValueCompiler.Number(context, field, said.Value, said.At);
        if (copies.ContainsKey(field.Index) || (plan.Id is { IsPart: false } id && id.Field == field.Index)) return null;
        return field.Allowed is { Numbers: [var only] } ? only : 0;
    }

    private bool IsThere(Conditions.Condition when, long?[] numbers, string at)
    {
        foreach (var term in when.Terms)
        {
            if (copies.ContainsKey(term.Path.Field)) context.Error(at, $"which fields are there hangs on '{plan.Fields[term.Path.Field].Name}': it has to be said, not copied");
            if (numbers[term.Path.Field] is { } number ? !term.Values.Has(number) : !term.Values.HasNothing) return false;
        }

        return true;
    }

    /// <summary>The status, where it stands in a text or in a part of a field.</summary>
    private int TextStatus(IReadOnlyDictionary<string, (Value Value, string At)> assigned)
    {
        var path = context.Source.Status?.Field ?? "";
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return assigned.TryGetValue(path, out var whole) && ByteText.TryNumber(whole.Value.StringValue, out var digits) ? (int)digits : 0;
        if (!assigned.TryGetValue(path[..dot], out var field) || field.Value.KindCase != Value.KindOneofCase.StructValue) return 0;
        if (!field.Value.StructValue.Fields.TryGetValue(path[(dot + 1)..], out var value)) return 0;
        if (value.KindCase == Value.KindOneofCase.NumberValue) return (int)value.NumberValue;
        return value.KindCase == Value.KindOneofCase.StringValue && ByteText.TryNumber(value.StringValue, out var number) ? (int)number : 0;
    }
}
