using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using FieldType = Meltemi.Xds.Declarative.V1.Field.Types.Type;
using Wire = Meltemi.Xds.Declarative.V1;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles what answers say of their success.</summary>
internal static class StatusCompiler
{
    public static StatusMap? Compile(CompileContext context)
    {
        if (context.Source.Status is not { } source) return null;
        if (PathParser.Parse(context, source.Field, "status.field") is not { } path) return null;
        if (!path.IsPart && context.Fields[path.Field] is { IsNumber: false, Type: not FieldType.Text })
            context.Error("status.field", $"'{source.Field}' is neither a number nor a text of digits");
        var values = new Dictionary<long, AnswerStatus>();
        var ranges = new List<StatusRange>();
        foreach (var (text, status) in source.Values)
        {
            var dash = text.IndexOf('-', 1);
            if (ByteText.TryNumber(text, out var number)) values[number] = ToAnswer(status);
            else if (dash > 0 && ByteText.TryNumber(text[..dash], out var from) && ByteText.TryNumber(text[(dash + 1)..], out var to)) ranges.Add(new(from, to, ToAnswer(status)));
            else context.Error($"status.values[{text}]", "a status is a number, or from one number to another, such as 500-599");
        }

        if (source.Values.Count > 0 && !source.Values.Values.Contains(Wire.AnswerStatus.Ok) && source.Otherwise != Wire.AnswerStatus.Ok)
            context.Error("status.values", "no value means OK");
        if (values.Count + ranges.Count == 0 && source.Otherwise == default) values[0] = AnswerStatus.Ok;
        var rules = new List<StatusRule>();
        for (var i = 0; i < source.Rules.Count; i++)
        {
            if (ConditionCompiler.Compile(context, source.Rules[i].When, $"status.rules[{i}].when") is { } when)
                rules.Add(new(when, ToAnswer(source.Rules[i].Is)));
        }

        return new(path, values, [.. ranges], source.Otherwise == default ? AnswerStatus.ServerError : ToAnswer(source.Otherwise), [.. rules]);
    }

    private static AnswerStatus ToAnswer(Wire.AnswerStatus status) => status switch
    {
        Wire.AnswerStatus.Ok => AnswerStatus.Ok,
        Wire.AnswerStatus.ApplicationError => AnswerStatus.ApplicationError,
        Wire.AnswerStatus.Overloaded => AnswerStatus.Overloaded,
        Wire.AnswerStatus.Timeout => AnswerStatus.Timeout,
        Wire.AnswerStatus.ClientError => AnswerStatus.ClientError,
        _ => AnswerStatus.ServerError,
    };
}
