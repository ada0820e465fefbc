using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Explaining;

/// <summary>Says more about why bytes are no message than the answer of Decode does, which costs nothing and so says little.</summary>
internal sealed class FailureText(Plan plan)
{
    public string Explain(ReadOnlySpan<byte> bytes, Origin origin, Decoded answer)
    {
        if (answer.Status == DecodeStatus.NeedMore) return $"the message has {answer.Needed} bytes or more, and {bytes.Length} are left";
        var shape = plan.Head.Nearest(bytes);
        if (answer.Status == DecodeStatus.NotThisProtocol && Constant(bytes, shape) is { } constant) return constant;
        var reason = answer.Reason!.StartsWith($"{plan.Name}: ", StringComparison.Ordinal) ? answer.Reason[(plan.Name.Length + 2)..] : answer.Reason;
        if (bytes.Length < shape.Size) return reason;
        var kinds = shape.Kinds[(int)origin];
        if (!kinds.NeedsWalk && kinds.Match(bytes) is null)
            return $"no kind of message from a {origin.ToString().ToLowerInvariant()} has {Deciding(bytes, shape)}";
        if (shape.Length.IsPresent) return $"{reason}: '{plan.Fields[plan.Length!.Field].Name}' is {shape.Length.Read(bytes)}";
        return reason;
    }

    private string? Constant(ReadOnlySpan<byte> bytes, Shape shape)
    {
        for (var i = 0; i < shape.Offsets.Length; i++)
        {
            var field = plan.Fields[i];
            if (shape.Offsets[i] < 0 || field.IsBits || bytes.Length <= shape.Offsets[i]) continue;
            var there = bytes.Slice(shape.Offsets[i], Math.Min(field.FixedSize, bytes.Length - shape.Offsets[i]));
            if (field.Constant is { } constant && !constant.AsSpan().StartsWith(there)) return $"'{field.Name}' is {ValueText.Of(there)}, not {ValueText.Of(constant)}";
            if (field.Allowed is { } allowed && field.IsNumber && there.Length == field.FixedSize && !allowed.Has(shape.Numbers[i].Read(bytes)))
                return $"'{field.Name}' is {shape.Numbers[i].Read(bytes)}, not {string.Join(" or ", allowed.Numbers)}";
        }

        return null;
    }

    /// <summary>The numbers that kinds are told by.</summary>
    private string Deciding(ReadOnlySpan<byte> bytes, Shape shape)
    {
        var said = new List<string>();
        foreach (var index in plan.Deciding)
        {
            if (index < shape.Numbers.Length && shape.Numbers[index].IsPresent) said.Add($"{plan.Fields[index].Name} {shape.Numbers[index].Read(bytes)}");
        }

        return said.Count == 0 ? "nothing that a rule wants" : string.Join(", ", said);
    }
}
