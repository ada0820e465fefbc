using System.Globalization;
using System.Text.Json;
using Meltemi.Xds.Rules;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Yaml;
using FieldType = Meltemi.Xds.Rules.Field.Types.Kind;

namespace Meltemi.Xds.Reading;

/// <summary>Reads texts, numbers, booleans, enums, bytes and durations, and checks their rules.</summary>
internal sealed class ScalarReader(SchemaSet schemas, ProblemList problems, WireWriter output)
{
    /// <summary>Reads a value of a scalar type; <paramref name="rules"/> are those of the field, or of the wrapper around it.</summary>
    public void Read(FieldSchema field, FieldRules? rules, YamlNode node, string path)
    {
        if (node is not YamlScalar scalar)
        {
            problems.Error(path, node.Mark, $"expected {Wanted(field)}, found {node.Kind}");
            return;
        }

        if (schemas.Dialect == Dialect.Kubernetes && !IsOwnKind(field, scalar))
        {
            var hint = field.Type == FieldType.String ? $"; to mean the text, write \"{scalar.Text}\"" : "";
            problems.Error(path, node.Mark, $"expected {Wanted(field)}, found {node.Kind}{hint}");
            return;
        }

        switch (field.Type)
        {
            case FieldType.String:
                if (scalar.Text.Length == 0 && rules is { Required: true }) problems.Error(path, node.Mark, $"'{field.Name}' is empty");
                output.Text(field.Number, scalar.Text);
                break;
            case FieldType.Bytes:
                ReadBytes(field, scalar, path);
                break;
            case FieldType.Bool:
                ReadBoolean(field, scalar, path);
                break;
            case FieldType.Enum:
                ReadEnum(field, rules, scalar, path);
                break;
            case FieldType.Double or FieldType.Float:
                ReadReal(field, rules, scalar, path);
                break;
            default:
                ReadWhole(field, rules, scalar, path);
                break;
        }
    }

    /// <summary>Reads a <c>google.protobuf.Duration</c>: seconds with an s behind, or an object with seconds and nanos.</summary>
    public void ReadDuration(FieldSchema field, YamlNode node, string path)
    {
        if (!DurationText.TryParse(node, schemas.Dialect, out var seconds, out var nanos, out var complaint))
        {
            problems.Error(path, node.Mark, complaint);
            return;
        }

        if (!InRange(field.Rules, seconds + nanos / 1e9, path, node, " s")) return;
        var start = output.Begin(field.Number);
        if (seconds != 0) output.Number(1, (ulong)seconds);
        if (nanos != 0) output.Number(2, (ulong)nanos);
        output.End(start);
    }

    /// <summary>Whether JSON would have the value as the kind that the field is of; 64-bit numbers may also be texts there.</summary>
    private static bool IsOwnKind(FieldSchema field, YamlScalar scalar) => field.Type switch
    {
        FieldType.Bool => true,
        FieldType.String or FieldType.Bytes or FieldType.Enum => scalar.JsonKind is JsonValueKind.String or JsonValueKind.Null,
        FieldType.Int64 or FieldType.Uint64 => scalar.JsonKind is JsonValueKind.Number || !scalar.Plain,
        _ => scalar.JsonKind is JsonValueKind.Number,
    };

    private string Wanted(FieldSchema field) => field.Type switch
    {
        FieldType.String => "a text",
        FieldType.Bytes => "base64",
        FieldType.Bool => "true or false",
        FieldType.Enum => $"one of {string.Join(", ", schemas.Enum(field.TypeName).Names)}",
        FieldType.Double or FieldType.Float => "a number",
        _ => "a whole number",
    };

    private void ReadBytes(FieldSchema field, YamlScalar scalar, string path)
    {
        var bytes = new byte[scalar.Text.Length];
        if (Convert.TryFromBase64String(scalar.Text, bytes, out var size))
            output.Bytes(field.Number, bytes.AsSpan(0, size));
        else
            problems.Error(path, scalar.Mark, $"expected base64, found {scalar.Kind}");
    }

    private void ReadBoolean(FieldSchema field, YamlScalar scalar, string path)
    {
        if (scalar is { Plain: true, Text: "true" or "True" or "TRUE" })
            output.Number(field.Number, 1);
        else if (scalar is { Plain: true, Text: "false" or "False" or "FALSE" })
            output.Number(field.Number, 0);
        else
            problems.Error(path, scalar.Mark, $"expected true or false, found {scalar.Kind}");
    }

    private void ReadEnum(FieldSchema field, FieldRules? rules, YamlScalar scalar, string path)
    {
        var schema = schemas.Enum(field.TypeName);
        var name = rules is { AnyCase: true } ? scalar.Text.ToUpperInvariant() : scalar.Text;
        if (schema.TryGet(name, out var number) || (int.TryParse(scalar.Text, out number) && schema.Has(number)))
        {
            output.Number(field.Number, (ulong)number);
            return;
        }

        var hint = Spelling.Nearest(name, schema.Names) is { } nearest ? $"; did you mean {nearest}?" : "";
        problems.Error(path, scalar.Mark, $"expected {Wanted(field)}, found {scalar.Kind}{hint}");
    }

    private void ReadReal(FieldSchema field, FieldRules? rules, YamlScalar scalar, string path)
    {
        if (!TryReal(scalar.Text, out var value))
            problems.Error(path, scalar.Mark, $"expected a number, found {scalar.Kind}");
        else if (InRange(rules, value, path, scalar, ""))
            WriteReal(field, value);
    }

    private static bool TryReal(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private void WriteReal(FieldSchema field, double value)
    {
        if (field.Type == FieldType.Double)
            output.Double(field.Number, value);
        else
            output.Float(field.Number, (float)value);
    }

    private void ReadWhole(FieldSchema field, FieldRules? rules, YamlScalar scalar, string path)
    {
        // Also 1e3 and 5.0, as protobuf's JSON allows; a decimal holds every 64-bit number exactly.
        if (!decimal.TryParse(scalar.Text, Whole, CultureInfo.InvariantCulture, out var value) || value != decimal.Truncate(value))
        {
            problems.Error(path, scalar.Mark, $"expected a whole number, found {scalar.Kind}");
            return;
        }

        var (least, most) = (Least(field.Type), Most(field.Type));
        if (value < least || value > most)
            problems.Error(path, scalar.Mark, $"must be from {least} to {most}, not {value:0}");
        else if (InRange(rules, (double)value, path, scalar, ""))
            output.Number(field.Number, value < 0 ? (ulong)(long)value : (ulong)value);
    }

    private const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static decimal Least(FieldType type) => type switch
    {
        FieldType.Uint32 or FieldType.Uint64 => 0,
        FieldType.Int32 => int.MinValue,
        FieldType.Int64 => long.MinValue,
        _ => throw new NotSupportedException($"field type {type}"),
    };

    private static decimal Most(FieldType type) => type switch
    {
        FieldType.Uint32 => uint.MaxValue,
        FieldType.Uint64 => ulong.MaxValue,
        FieldType.Int32 => int.MaxValue,
        _ => long.MaxValue,
    };

    private bool InRange(FieldRules? rules, double value, string path, YamlNode node, string unit)
    {
        if (RangeRule.Complaint(rules, value, unit) is not { } complaint) return true;
        problems.Error(path, node.Mark, complaint);
        return false;
    }
}
