using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Xds.Declarative.V1;
using Field = Meltemi.Xds.Declarative.V1.Field;
using Type = Meltemi.Xds.Declarative.V1.Field.Types.Type;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Resolves the fields of the layout.</summary>
internal static class LayoutCompiler
{
    private const int MaxFields = 128;
    private const string Rest = "REST";

    public static void Compile(CompileContext context)
    {
        var layout = context.Source.Layout;
        if (layout.Count > MaxFields)
        {
            context.Error("layout", $"more than {MaxFields} fields");
            return;
        }

        for (var i = 0; i < layout.Count; i++) context.Add(Compile(context, layout[i], i, $"layout[{i}]"));
        for (var i = 0; i < layout.Count; i++)
        {
            var (first, second) = (layout[i], layout.Take(i).Any(other => other.Name == layout[i].Name));
            if (second) context.Error($"layout[{i}].name", $"there are two fields '{first.Name}'");
        }
    }

    private static LayoutField Compile(CompileContext context, Field source, int index, string at)
    {
        if (source.Name.AsSpan().ContainsAny(".*% ")) context.Error($"{at}.name", $"'{source.Name}': a name has no spaces and none of . * %");
        var isBits = source.Type == Type.Bits;
        var isNumber = isBits || NumberTypes.IsNumber(source.Type);
        var form = isBits || !isNumber ? default : NumberTypes.Form(source.Type, Order(context, source));
        var (size, fixedSize, sizeField) = isBits ? (SizeKind.Own, 0, -1) : Size(context, source, index, at);
        var (of, shift, mask) = isBits ? Bits(context, source, index, at) : (-1, 0, 0UL);
        if (!isBits && source.Bits is not null) context.Error($"{at}.bits", "only a field of type BITS has bits");
        if (isNumber && NumberForms.Width(form) > 0 && !isBits) fixedSize = NumberForms.Width(form);
        var until = Delimiter(context, source.Until, $"{at}.until");
        return new()
        {
            Index = index,
            Name = source.Name,
            Type = source.Type,
            Form = form,
            IsNumber = isNumber,
            BitsOf = of,
            Shift = shift,
            Mask = mask,
            Size = size,
            FixedSize = fixedSize,
            SizeField = sizeField,
            Until = until,
            Plus = source.Plus,
            Max = source.HasMax ? source.Max : isBits ? mask : NumberForms.Max(form),
            When = ConditionCompiler.Compile(context, source.When, $"{at}.when", index),
            Constant = isNumber || source.Value is null ? null : ConstantText(context, source, fixedSize, size, at),
            Allowed = Allowed(context, source, isNumber, isBits ? mask : NumberForms.Max(form), at),
            Parts = PartFormats.Compile(context, source, Order(context, source), at),
        };
    }

    private static bool Order(CompileContext context, Field source)
    {
        var order = source.ByteOrder == ByteOrder.Default ? context.Source.ByteOrder : source.ByteOrder;
        return order == ByteOrder.LittleEndian;
    }

    private static (SizeKind Kind, int Fixed, int Field) Size(CompileContext context, Field source, int index, string at)
    {
        var size = source.Size;
        var needsSize = !NumberTypes.IsNumber(source.Type) || source.Type == Type.Decimal;
        if (!needsSize)
        {
            if (size is not null || source.Until.Length > 0) context.Error($"{at}.size", $"{Upper(source.Type)} has its own size");
            return (SizeKind.Own, 0, -1);
        }

        if (source.Until.Length > 0)
        {
            if (size is not null) context.Error($"{at}.until", "it has either a size or an 'until', not both");
            return (SizeKind.Until, 0, -1);
        }

        switch (size?.KindCase)
        {
            case null:
                context.Error($"{at}.size", $"{Upper(source.Type)} needs a size: a number of bytes, the name of an earlier field, {Rest}, or an 'until'");
                break;
            case Value.KindOneofCase.NumberValue when size.NumberValue is >= 0 and <= 65536 && size.NumberValue % 1 == 0:
                return (SizeKind.Fixed, (int)size.NumberValue, -1);
            case Value.KindOneofCase.StringValue when size.StringValue.Equals(Rest, StringComparison.OrdinalIgnoreCase):
                return (SizeKind.Rest, 0, -1);
            case Value.KindOneofCase.StringValue:
                if (context.Field(size.StringValue, $"{at}.size", index) is not { } field) break;
                if (!field.IsNumber) context.Error($"{at}.size", $"'{field.Name}' is no number");
                return (SizeKind.Field, 0, field.Index);
            default:
                context.Error($"{at}.size", $"a size is a number of bytes up to 65536, the name of an earlier field, or {Rest}");
                break;
        }

        return (SizeKind.Fixed, 0, -1);
    }

    private static (int Of, int Shift, ulong Mask) Bits(CompileContext context, Field source, int index, string at)
    {
        if (source.Bits is null)
        {
            context.Error($"{at}.bits", "BITS need a 'bits' that says whose they are");
            return (0, 0, 1);
        }

        if (source.Size is not null || source.Until.Length > 0 || source.When is not null)
            context.Error(at, "BITS take no room: they have no size, no 'until' and no 'when'");
        var count = (int)(source.Bits.Count ?? 1);
        var mask = (1UL << count) - 1;
        if (context.Field(source.Bits.Of, $"{at}.bits.of", index) is not { } of) return (0, 0, mask);
        var width = NumberForms.Width(of.Form) * 8;
        if (!of.IsNumber || of.IsBits || width == 0) context.Error($"{at}.bits.of", $"'{of.Name}' is no number of fixed width");
        else if (source.Bits.From + count > width) context.Error($"{at}.bits", $"'{of.Name}' has only {width} bits");
        return (of.Index, (int)source.Bits.From, mask);
    }

    private static byte[] ConstantText(CompileContext context, Field source, int fixedSize, SizeKind size, string at)
    {
        if (source.Value.KindCase != Value.KindOneofCase.StringValue || !ByteText.TryParse(source.Value.StringValue, out var bytes))
        {
            context.Error($"{at}.value", "the value of text or bytes is a text, or hexadecimal digits after hex:");
            return [];
        }

        if (size == SizeKind.Fixed && bytes.Length != fixedSize)
            context.Error($"{at}.value", $"the value has {bytes.Length} bytes, the field {fixedSize}");
        return bytes;
    }

    private static ValueSet? Allowed(CompileContext context, Field source, bool isNumber, ulong most, string at)
    {
        if (source.Value is not null && source.Values.Count > 0) context.Error($"{at}.values", "it has either a 'value' or 'values'");
        if (source.Value is not null && !isNumber) return null;
        IEnumerable<Value> values = source.Value is null ? source.Values : [source.Value];
        if (!values.Any()) return null;
        var path = source.Value is null ? $"{at}.values" : $"{at}.value";
        var set = ConditionCompiler.Values(context, values, isNumber, path);
        if (set.Numbers.Any(number => most < ulong.MaxValue && number >= 0 && (ulong)number > most))
            context.Error(path, $"a {Upper(source.Type)} is at most {most}");
        return set;
    }

    private static byte[] Delimiter(CompileContext context, string text, string at)
    {
        if (ByteText.TryParse(text, out var bytes)) return bytes;
        context.Error(at, $"'{text}' has no pairs of hexadecimal digits after hex:");
        return [];
    }

    private static string Upper(Type type) => type.ToString().ToUpperInvariant();
}
