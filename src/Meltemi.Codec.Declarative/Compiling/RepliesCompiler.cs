using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Messages;
using Meltemi.Xds.Declarative.V1;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles the answers of the proxy's own.</summary>
internal static class RepliesCompiler
{
    private const int MaxConditions = 4;
    private const int DefaultMaxText = 16384;

    /// <summary>Null if errors were reported.</summary>
    public static Replies? Compile(CompileContext context, Plan plan)
    {
        if (context.Source.Errors is not { } source)
        {
            context.Error("errors", "'errors' is missing: without it clients wait for ever when the proxy cannot reach a server");
            return null;
        }

        var copies = Copies(plan);
        var compiler = new TemplateCompiler(context, plan, copies, plan.Kept?.Field ?? -1);
        var cases = source.Cases.Select((one, index) => (Case: one, At: $"errors.cases[{index}]")).ToArray();
        var conditional = cases.Where(one => one.Case.When is { Fields.Count: > 0 }).ToArray();
        if (conditional.Length > MaxConditions) context.Error("errors.cases", $"more than {MaxConditions} cases with a 'when'");
        var conditions = conditional.Take(MaxConditions).Select(one => Condition(context, plan, copies, one.Case, one.At)).ToArray();

        var compiled = new Dictionary<string, MessageTemplate?>();
        var reasons = System.Enum.GetValues<ReplyReason>();
        var templates = new MessageTemplate[reasons.Length][][];
        var complete = true;
        foreach (var reason in reasons)
        {
            templates[(int)reason] = [new MessageTemplate[1 << conditions.Length], new MessageTemplate[1 << conditions.Length]];
            for (var stream = 0; stream < 2; stream++)
            {
                for (var outcome = 0; outcome < 1 << conditions.Length; outcome++)
                {
                    bool Matches((Errors.Types.Case Case, string At) one) => Holds(one.Case, reason, stream == 1)
                        && (Array.IndexOf(conditional, one) is var index && (index < 0 || (outcome >> index & 1) != 0));
                    var matching = cases.Where(Matches).ToArray();
                    var key = string.Join(',', matching.Select(one => one.At));
                    if (!compiled.TryGetValue(key, out var template)) compiled[key] = template = compiler.Compile("errors.message", Assigned(source, matching));
                    complete &= template is not null;
                    templates[(int)reason][stream][outcome] = template!;
                }
            }
        }

        return complete ? new(templates, conditions, (int)(source.MaxTextBytes ?? DefaultMaxText)) : null;
    }

    /// <summary>Where the numbers of a request stand in the note about it.</summary>
    private static Dictionary<int, (int At, int Bits)> Copies(Plan plan)
    {
        var copies = new Dictionary<int, (int, int)>();
        var at = 0;
        foreach (var (path, bits) in plan.Memo)
        {
            copies[path.Field] = (at, bits);
            at += bits;
        }

        return copies;
    }

    private static bool Holds(Errors.Types.Case one, ReplyReason reason, bool isStream)
    {
        if (one.Reasons.Count > 0 && !one.Reasons.Contains((Errors.Types.Reason)reason)) return false;
        return one.Kinds.Count == 0 || one.Kinds.Contains(isStream ? Kind.StreamOpen : Kind.Request);
    }

    private static Dictionary<string, (Value, string)> Assigned(Errors source, (Errors.Types.Case Case, string At)[] cases)
    {
        var assigned = new Dictionary<string, (Value, string)>();
        foreach (var (name, value) in source.Message?.Fields ?? []) assigned[name] = (value, $"errors.message.{name}");
        foreach (var (one, at) in cases)
        {
            foreach (var (name, value) in one.Set?.Fields ?? []) assigned[name] = (value, $"{at}.set.{name}");
        }

        return assigned;
    }

    private static (CopyPiece, ValueSet)[] Condition(
        CompileContext context, Plan plan, Dictionary<int, (int At, int Bits)> copies, Errors.Types.Case one, string at)
    {
        var terms = ConditionCompiler.Compile(context, one.When, $"{at}.when")?.Terms ?? [];
        var tests = new List<(CopyPiece, ValueSet)>();
        foreach (var term in terms)
        {
            var field = plan.Fields[term.Path.Field];
            if (copies.TryGetValue(field.Index, out var copy)) tests.Add((new(field.Form, copy.At, copy.Bits), term.Values));
            else context.Error($"{at}.when.{field.Name}", $"'{field.Name}' is not in 'copy', so that nobody knows it any more when an answer is written");
        }

        return [.. tests];
    }
}
