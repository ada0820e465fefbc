using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Messages;
using Meltemi.Xds.Declarative.V1;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles heartbeats, and the other messages that the proxy writes unasked.</summary>
internal static class HeartbeatsCompiler
{
    public static Heartbeats Compile(CompileContext context, Plan plan, KindCompiler kinds)
    {
        var source = context.Source.Heartbeat;
        if (source is null)
        {
            if (kinds.Has(Kind.Heartbeat)) context.Warning("heartbeat", "there are heartbeats, but no 'heartbeat' that says what their answer is: nobody answers them");
            return new(plan, null, null, null, []);
        }

        if (!kinds.Has(Kind.Heartbeat)) context.Error("kinds", "there is a 'heartbeat', but no message is a HEARTBEAT");
        var copies = new List<(FieldPath Path, int Bits)>();
        var places = new Dictionary<int, (int, int)>();
        for (var i = 0; i < source.Copy.Count; i++)
        {
            if (context.Field(source.Copy[i], $"heartbeat.copy[{i}]") is not { } field) continue;
            var bits = NumberForms.Width(field.Form) * 8;
            if (!field.IsNumber || field.IsBits || bits == 0) context.Error($"heartbeat.copy[{i}]", $"'{field.Name}' is no number of fixed width");
            places[field.Index] = (copies.Sum(copy => copy.Bits), bits);
            copies.Add((new(field.Index, null), bits));
        }

        if (copies.Sum(copy => copy.Bits) > 64) context.Error("heartbeat.copy", "numbers of more than 64 bits together");
        var request = source.Request is null ? null : Message(context, plan, source.Request, "heartbeat.request", []);
        var answer = source.Answer is null ? null : Message(context, plan, source.Answer, "heartbeat.answer", places);
        if (source.Request is not null && source.Answer is null) context.Error("heartbeat.answer", "'answer' is missing: what does a server answer to it?");
        return new(plan, request, answer, ConditionCompiler.Compile(context, source.AnswerWhen, "heartbeat.answer_when"), [.. copies]);
    }

    /// <summary>A message without anything to take over.</summary>
    public static MessageTemplate? Message(CompileContext context, Plan plan, Struct? source, string at) =>
        source is null ? null : Message(context, plan, source, at, []);

    private static MessageTemplate? Message(CompileContext context, Plan plan, Struct source, string at, Dictionary<int, (int, int)> copies) =>
        new TemplateCompiler(context, plan, copies, -1).Compile(at, source.Fields.ToDictionary(pair => pair.Key, pair => (pair.Value, $"{at}.{pair.Key}")));
}
