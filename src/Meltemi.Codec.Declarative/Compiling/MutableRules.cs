using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Which fields can be changed.</summary>
internal static class MutableRules
{
    /// <summary>Why a field cannot; null: it can.</summary>
    public static string? Complaint(CompileContext context, Plan plan, LayoutField field, KindCompiler kinds)
    {
        switch (field.Parts)
        {
            case JsonFormat:
                return $"'{field.Name}' is JSON, of which nothing can be changed: values would have to be escaped and put in place in texts of any form";
            case ProtobufFormat when !context.Source.Attributes.Any(one => one.From.Any(path => IsMapAtTop(path, field.Name))):
                return $"of '{field.Name}', which is PROTOBUF, only a map of texts at its top can be changed, and no attribute is one, "
                    + $"such as {field.Name}.9.*";
            case not null when field.Size == SizeKind.Fixed:
                return $"'{field.Name}' always has {field.FixedSize} bytes, so that nothing can be put in or taken out";
            case not null:
                return SizeComplaint(plan, field);
        }

        if (field.IsBits) return $"'{field.Name}' is BITS; they cannot be changed";
        if (field.Constant is not null || field.Allowed is { Numbers.Count: 1 }) return $"'{field.Name}' is a constant";
        if (plan.Fields.Any(other => other.SizeField == field.Index) || plan.Length?.Field == field.Index)
            return $"'{field.Name}' is a size: it follows from what is changed";
        if (plan.Id?.Field == field.Index) return $"'{field.Name}' is the id, which the proxy itself changes";
        var deciding = kinds.Terms.Concat(plan.Fields.SelectMany(other => other.When?.Terms ?? []))
            .Select(term => term.Path.Field).Append(plan.Variant?.Field ?? -1).Append(plan.Status?.Path.Field ?? -1);
        if (deciding.Any(index => index == field.Index || (index >= 0 && plan.Fields[index].BitsOf == field.Index)))
            return $"'{field.Name}' says what the message is, so that another value would make it another message";
        return SizeComplaint(plan, field);
    }

    private static bool IsMapAtTop(string path, string field) =>
        path.StartsWith($"{field}.", StringComparison.Ordinal) && path.EndsWith(".*", StringComparison.Ordinal) && path.Count(letter => letter == '.') == 2;

    private static string? SizeComplaint(Plan plan, LayoutField field)
    {
        if (field.Size == SizeKind.Field && plan.Fields[field.SizeField].IsBits) return $"the size of '{field.Name}' is BITS, which are not written";
        return null;
    }
}
