using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles conditions and the values in them.</summary>
internal static class ConditionCompiler
{
    /// <summary>Null if there is no condition.</summary>
    /// <param name="before">Only fields before this index may be named, and only numbers: it is a condition of the layout.</param>
    public static Condition? Compile(CompileContext context, Struct? source, string at, int before = int.MaxValue)
    {
        if (source is null || source.Fields.Count == 0) return null;
        var terms = new List<Term>();
        foreach (var (name, value) in source.Fields)
        {
            var path = $"{at}.{name}";
            if (PathParser.Parse(context, name, path, before) is not { } found) continue;
            var field = context.Fields[found.Field];
            if (found.IsAll) context.Error(path, "a condition is about one thing");
            if (before != int.MaxValue && (found.IsPart || !field.IsNumber))
                context.Error(path, $"whether a field is there can only hang on numbers, and '{name}' is none");
            IEnumerable<Value> values = value.KindCase == Value.KindOneofCase.ListValue ? value.ListValue.Values : [value];
            terms.Add(new(found, Values(context, values, !found.IsPart && field.IsNumber, path)));
        }

        return new([.. terms]);
    }

    /// <summary>The values that are accepted; of parts numbers count as their digits too.</summary>
    public static ValueSet Values(CompileContext context, IEnumerable<Value> values, bool ofNumber, string at)
    {
        var numbers = new List<long>();
        var texts = new List<byte[]>();
        bool? presence = null;
        foreach (var value in values)
        {
            switch (value.KindCase)
            {
                case Value.KindOneofCase.BoolValue:
                    presence = value.BoolValue;
                    break;
                case Value.KindOneofCase.NumberValue when value.NumberValue % 1 == 0 && Math.Abs(value.NumberValue) < 1L << 53:
                    numbers.Add((long)value.NumberValue);
                    texts.Add(Encoding.UTF8.GetBytes(((long)value.NumberValue).ToString(CultureInfo.InvariantCulture)));
                    break;
                case Value.KindOneofCase.StringValue when ByteText.TryNumber(value.StringValue, out var number):
                    numbers.Add(number);
                    texts.Add(Encoding.UTF8.GetBytes(value.StringValue));
                    break;
                case Value.KindOneofCase.StringValue when !ofNumber && ByteText.TryParse(value.StringValue, out var bytes):
                    texts.Add(bytes);
                    break;
                default:
                    context.Error(at, ofNumber ? "the values of a number are numbers, decimal or hexadecimal after 0x" : "a value is a number or a text");
                    break;
            }
        }

        return new(numbers, texts, presence);
    }
}
