using System.Security.Cryptography;
using Google.Protobuf;
using Meltemi.Codec.Declarative.Attributes;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Rewriting;
using Meltemi.Xds.Declarative.V1;
using WirePoolMode = Meltemi.Xds.Declarative.V1.PoolMode;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles a description as a whole: fields, kinds, attributes, messages, one after the other, and then tries what came out.</summary>
internal static class CodecCompiler
{
    private const int DefaultMaxFrameBytes = 8 * 1024 * 1024;

    public static DeclaredCodec? Compile(CompileContext context)
    {
        var source = context.Source;
        var maxFrameBytes = (int)(source.MaxFrameBytes ?? DefaultMaxFrameBytes);
        LayoutCompiler.Compile(context);
        if (context.Fields.Count == 0 || context.HasErrors) return null;

        var kinds = new KindCompiler(context);
        var plan = new PlanCompiler(context, maxFrameBytes).Compile(kinds);
        var attributes = AttributeCompiler.Compile(context);
        if (context.HasErrors) return null;

        var rewriter = Mutable(context, plan, attributes, kinds);
        var replies = RepliesCompiler.Compile(context, plan);
        var heartbeats = HeartbeatsCompiler.Compile(context, plan, kinds);
        var goAway = HeartbeatsCompiler.Message(context, plan, source.GoAway, "go_away");
        var cancel = HeartbeatsCompiler.Message(context, plan, source.Cancel, "cancel");
        var mode = PoolMode(context);
        if (replies is null || context.HasErrors) return null;

        var info = new CodecInfo
        {
            Name = source.Name,
            Revision = Convert.ToHexStringLower(SHA256.HashData(source.ToByteArray()).AsSpan(0, 8)),
            Certainty = source.ServerSpeaksFirst ? Certainty.None : plan.Certainty,
            HasIds = plan.Id is not null,
            MaxId = plan.Id is null ? long.MaxValue : plan.MaxId,
            MaxFrameBytes = maxFrameBytes,
            OrderedAnswers = source.OrderedAnswers || plan.Id is null,
            PoolMode = mode,
            OtherPoolModes = [.. source.OtherPoolModes.Select(ToMode).Where(other => other != mode).Distinct()],
            ServerSpeaksFirst = source.ServerSpeaksFirst,
            Streams = kinds.HasStreams,
            Heartbeats = heartbeats.CanAsk,
            GoAway = goAway is not null,
            Cancels = cancel is not null,
            Attributes = [.. attributes.Where(spec => !spec.IsAll).Select(spec => spec.Name).Append(ReaderPlan.Kind).Distinct()],
            OpenAttributes = attributes.Any(spec => spec.IsAll),
            CanMutate = rewriter.CanChange ? CanMutate.Requests | CanMutate.Responses : CanMutate.None,
            FixedAttributes = rewriter.Fixed,
            FixedResponseAttributes = rewriter.Fixed,
            InterfaceAttribute = NullIfEmpty(source.InterfaceAttribute),
            MethodAttribute = NullIfEmpty(source.MethodAttribute),
            TimeoutAttribute = NullIfEmpty(source.TimeoutAttribute),
        };
        var codec = new DeclaredCodec(info, plan, attributes, rewriter, replies, heartbeats, goAway, cancel);
        new TemplateTrial(context, codec).Run();
        return context.HasErrors ? null : codec;
    }

    private static Rewriter Mutable(CompileContext context, Plan plan, AttributeSpec[] attributes, KindCompiler kinds)
    {
        var mutable = new HashSet<int>();
        for (var i = 0; i < context.Source.Mutable.Count; i++)
        {
            var at = $"mutable[{i}]";
            if (context.Field(context.Source.Mutable[i], at) is not { } field) continue;
            if (MutableRules.Complaint(context, plan, field, kinds) is { } complaint) context.Error(at, complaint);
            else mutable.Add(field.Index);
        }

        var maps = attributes.Where(spec => spec.From[0] is { IsAll: true, Numbers.Length: 1 } path && mutable.Contains(path.Field))
            .GroupBy(spec => spec.From[0].Field).ToDictionary(group => group.Key, group => group.First().From[0].Numbers);
        var decisive = kinds.Terms.Concat(plan.Status?.Rules.SelectMany(rule => rule.When.Terms) ?? []).Select(term => term.Path);
        if (plan.Status is { } status) decisive = decisive.Append(status.Path);
        return new(plan, new(plan.Fields, attributes, mutable, [.. decisive]), maps);
    }

    private static PoolMode PoolMode(CompileContext context)
    {
        var hasIds = context.Source.Id.Length > 0;
        var modes = context.Source.OtherPoolModes.Append(context.Source.PoolMode);
        if (!hasIds && modes.Contains(WirePoolMode.Multiplexed)) context.Error("pool_mode", "MULTIPLEXED needs an 'id'");
        return context.Source.PoolMode == WirePoolMode.Unspecified
            ? hasIds ? Codec.PoolMode.Multiplexed : Codec.PoolMode.OneAtATime
            : ToMode(context.Source.PoolMode);
    }

    private static PoolMode ToMode(WirePoolMode mode) => mode switch
    {
        WirePoolMode.Multiplexed => Codec.PoolMode.Multiplexed,
        WirePoolMode.Pipelined => Codec.PoolMode.Pipelined,
        WirePoolMode.Bound => Codec.PoolMode.Bound,
        _ => Codec.PoolMode.OneAtATime,
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
