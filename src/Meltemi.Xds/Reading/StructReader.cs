using System.Globalization;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Yaml;

namespace Meltemi.Xds.Reading;

/// <summary>Reads free values: <c>google.protobuf.Struct</c>, <c>Value</c> and <c>ListValue</c>.</summary>
internal sealed class StructReader(ProblemList problems, WireWriter output)
{
    // Field numbers of Value's members and of the two containers.
    private const int NullValue = 1, NumberValue = 2, StringValue = 3, BoolValue = 4, StructValue = 5, ListValue = 6;
    private const int Fields = 1, Values = 1, Key = 1, Value = 2;

    private int _values;

    /// <summary>Reads the value of a field of one of the three types.</summary>
    public void Read(FieldSchema field, YamlNode node, string path)
    {
        var start = output.Begin(field.Number);
        if (field.TypeName == "google.protobuf.Value")
            WriteValue(node, path, 0);
        else if (field.TypeName == "google.protobuf.Struct" && node is YamlMapping mapping)
            WriteFields(mapping, path, 0);
        else if (field.TypeName == "google.protobuf.ListValue" && node is YamlSequence list)
            WriteItems(list, path, 0);
        else
            problems.Error(path, node.Mark, $"expected {(field.TypeName.EndsWith("Struct") ? "an object" : "a list")}, found {node.Kind}");
        output.End(start);
    }

    private void WriteValue(YamlNode node, string path, int depth)
    {
        if (depth > YamlText.MaxDepth)
        {
            problems.Error(path, node.Mark, $"nested deeper than {YamlText.MaxDepth} levels");
            return;
        }

        if (++_values > YamlText.MaxNodes)
        {
            problems.Error("", node.Mark, $"more than {YamlText.MaxNodes} values");
            return;
        }

        switch (node)
        {
            case YamlMapping mapping:
                var fields = output.Begin(StructValue);
                WriteFields(mapping, path, depth);
                output.End(fields);
                break;
            case YamlSequence list:
                var items = output.Begin(ListValue);
                WriteItems(list, path, depth);
                output.End(items);
                break;
            case YamlScalar scalar:
                WriteScalar(scalar);
                break;
        }
    }

    private void WriteFields(YamlMapping mapping, string path, int depth)
    {
        foreach (var entry in mapping.Entries)
        {
            var start = output.Begin(Fields);
            output.Text(Key, entry.Key);
            var value = output.Begin(Value);
            WriteValue(entry.Value, path, depth + 1);
            output.End(value);
            output.End(start);
        }
    }

    private void WriteItems(YamlSequence list, string path, int depth)
    {
        foreach (var item in list.Items)
        {
            var start = output.Begin(Values);
            WriteValue(item, path, depth + 1);
            output.End(start);
        }
    }

    private void WriteScalar(YamlScalar scalar)
    {
        if (scalar.IsNull)
            output.Number(NullValue, 0);
        else if (scalar is { Plain: true, Text: "true" or "True" or "TRUE" or "false" or "False" or "FALSE" })
            output.Number(BoolValue, char.ToLowerInvariant(scalar.Text[0]) == 't' ? 1u : 0u);
        else if (scalar.Plain && IsNumber(scalar.Text, out var number))
            output.Double(NumberValue, number);
        else
            output.Text(StringValue, scalar.Text);
    }

    private static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
