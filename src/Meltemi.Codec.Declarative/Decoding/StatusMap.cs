using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>What the status numbers of answers mean.</summary>
internal sealed class StatusMap
{
    private readonly AnswerStatus[] _low = new AnswerStatus[256];
    private readonly Dictionary<long, AnswerStatus> _others = [];
    private readonly AnswerStatus _otherwise;

    public StatusMap(FieldPath path, IReadOnlyDictionary<long, AnswerStatus> values, AnswerStatus otherwise, StatusRule[] rules)
    {
        (Path, Rules, _otherwise) = (path, rules, otherwise);
        Array.Fill(_low, otherwise);
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
        return _others.TryGetValue(number, out var status) ? status : _otherwise;
    }
}

/// <summary>What an answer is, if the condition holds.</summary>
internal sealed record StatusRule(Condition When, AnswerStatus Status);
