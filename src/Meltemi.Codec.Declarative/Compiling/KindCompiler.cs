using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Xds.Declarative.V1;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles the rules that tell kinds of messages apart.</summary>
internal sealed class KindCompiler
{
    private readonly List<(KindRule Source, Term[] Terms)> _rules = [];

    public KindCompiler(CompileContext context)
    {
        for (var i = 0; i < context.Source.Kinds.Count; i++)
        {
            var source = context.Source.Kinds[i];
            var terms = ConditionCompiler.Compile(context, source.When, $"kinds[{i}].when")?.Terms ?? [];
            if (_rules.FindIndex(rule => Covers(rule, source, terms)) is var other and >= 0)
                context.Error($"kinds[{i}]", $"never reached: kinds[{other}] matches all that this one does; put the narrower rule first");
            if (source.Ends != KindRule.Types.Ends.Nothing && source.Is is not (Kind.StreamOpen or Kind.StreamData or Kind.StreamClose))
                context.Error($"kinds[{i}].ends", "only messages of streams end one");
            _rules.Add((source, terms));
        }

        CheckSenders(context);
    }

    /// <summary>Whether there are messages of a kind.</summary>
    public bool Has(Kind kind) => _rules.Any(rule => rule.Source.Is == kind);

    public bool HasStreams => Has(Kind.StreamOpen);

    /// <summary>All terms of all rules.</summary>
    public IEnumerable<Term> Terms => _rules.SelectMany(rule => rule.Terms);

    /// <summary>The kinds of one shape.</summary>
    public KindTable Table(Origin origin, HeadCompiler head, Number[] numbers)
    {
        var cases = new List<KindCase>();
        for (var i = 0; i < _rules.Count; i++)
        {
            var (source, terms) = _rules[i];
            if (source.From == (origin == Origin.Client ? Sender.Server : Sender.Client)) continue;
            var tests = HeadCompiler.Tests(terms.Where(head.IsInHead), numbers);
            if (tests.Any(test => !test.Number.IsPresent && !test.Values.HasNothing)) continue;
            cases.Add(new(tests, [.. terms.Where(term => !head.IsInHead(term))], KindOf(source.Is), FlagsOf(source), i));
        }

        return new(cases);
    }

    public static MessageKind KindOf(Kind kind) => kind switch
    {
        Kind.Response => MessageKind.Response,
        Kind.OneWay => MessageKind.OneWay,
        Kind.Heartbeat => MessageKind.Heartbeat,
        Kind.HeartbeatAnswer => MessageKind.HeartbeatAnswer,
        Kind.StreamOpen => MessageKind.StreamOpen,
        Kind.StreamData => MessageKind.StreamData,
        Kind.StreamClose => MessageKind.StreamClose,
        Kind.GoAway => MessageKind.GoAway,
        Kind.ServerPush => MessageKind.ServerPush,
        _ => MessageKind.Request,
    };

    private static FrameFlags FlagsOf(KindRule source)
    {
        var flags = source.ChangesConnection ? FrameFlags.ChangesConnection : FrameFlags.None;
        return source.Ends switch
        {
            KindRule.Types.Ends.Both => flags | FrameFlags.EndBoth,
            KindRule.Types.Ends.Half => flags | FrameFlags.EndStream,
            _ => source.Is == Kind.StreamClose ? flags | FrameFlags.EndStream : flags,
        };
    }

    private void CheckSenders(CompileContext context)
    {
        for (var i = 0; i < _rules.Count; i++)
        {
            var source = _rules[i].Source;
            Sender? only = source.Is switch { Kind.Request or Kind.OneWay => Sender.Client, Kind.Response or Kind.ServerPush => Sender.Server, _ => null };
            if (only is not null && source.From != Sender.Anybody && source.From != only)
                context.Error($"kinds[{i}].from", $"a {Upper(source.Is)} is sent by a {only.Value.ToString().ToLowerInvariant()}");
        }

        if (!_rules.Any(rule => rule.Source.Is is Kind.Request or Kind.OneWay or Kind.StreamOpen && rule.Source.From != Sender.Server))
            context.Error("kinds", "no message is a REQUEST, ONE_WAY or STREAM_OPEN: there is nothing to route");
        if (Has(Kind.Request) && !Has(Kind.Response)) context.Error("kinds", "there are requests, but no message is a RESPONSE");
    }

    private static string Upper(Kind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(kind.ToString());

    private static bool Covers((KindRule Source, Term[] Terms) rule, KindRule source, Term[] terms) =>
        (rule.Source.From == Sender.Anybody || rule.Source.From == source.From)
        && rule.Terms.All(wide => terms.Any(narrow => IsSame(wide.Path, narrow.Path) && IsWithin(narrow.Values, wide.Values)));

    private static bool IsSame(FieldPath left, FieldPath right) =>
        left.Field == right.Field && left.Key.AsSpan().SequenceEqual(right.Key) && left.IsAll == right.IsAll;

    private static bool IsWithin(ValueSet narrow, ValueSet wide)
    {
        if (narrow.Presence == false || wide.Presence == false) return narrow.Presence == wide.Presence;
        if (wide.Presence == true) return true;
        return narrow.Presence is null && narrow.Numbers.All(wide.Has) && narrow.Texts.All(text => wide.Has(text.AsSpan()));
    }
}
