using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>What the status numbers of answers mean.</summary>
internal sealed class StatusMap
{
    private readonly AnswerStatus[] _low = new AnswerStatus[256];
    private readonly Dictionary<long, AnswerStatus> _others = [];
    private readonly StatusRange[] _ranges;
    private readonly AnswerStatus _otherwise;

    public StatusMap(FieldPath path, IReadOnlyDictionary<long, AnswerStatus> values, StatusRange[] ranges, AnswerStatus otherwise, StatusRule[] rules)
    {
        (Path, Rules, _otherwise, _ranges) = (path, rules, otherwise, ranges);
        for (var number = 0; number < _low.Length; number++) _low[number] = InRange(number);
        foreach (var (number, status) in values)
        {
            if (number is >= 0 and < 256) _low[number] = status;
            else _others[number] = status;
        }
    }

    public FieldPath Path { get; }

    /// <summary>What makes an answer something else that is OK by its number.</summary>
    public StatusRule[] Rules { get; }

    public AnswerStatus Of(long number)
    {
        if ((ulong)number < 256) return _low[number];
        return _others.TryGetValue(number, out var status) ? status : InRange(number);
    }

    private AnswerStatus InRange(long number)
    {
        foreach (var range in _ranges)
        {
            if (number >= range.From && number <= range.To) return range.Status;
        }

        return _otherwise;
    }
}

/// <summary>What the numbers from one to another mean, both included.</summary>
internal readonly record struct StatusRange(long From, long To, AnswerStatus Status);

/// <summary>What an answer is, if the condition holds.</summary>
internal sealed record StatusRule(Condition When, AnswerStatus Status)
{
    /// <summary>Whether it asks for a part that is not there in an empty field.</summary>
    public bool OnlyParts { get; } = When.Terms is [{ Path.IsPart: true, Values.HasNothing: false }];
}
