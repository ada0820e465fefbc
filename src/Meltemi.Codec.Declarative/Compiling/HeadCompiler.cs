using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>
/// Finds how many fields make up the head, and lays them out for every outcome of their conditions. What a shape knows beside that (kinds, id, length) is put in by
/// <see cref="PlanCompiler"/>.
/// </summary>
internal sealed class HeadCompiler
{
    private readonly List<LayoutField> _fields;
    private readonly List<Condition> _conditions = [];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly int[] _conditionOf;

    public HeadCompiler(List<LayoutField> fields)
    {
        _fields = fields;
        _conditionOf = new int[fields.Count];
        foreach (var field in fields)
        {
            if (!field.IsFixed || !TryCondition(field)) break;
            Count++;
        }
    }

    /// <summary>How many fields are in the head.</summary>
    public int Count { get; }

    public int ShapeCount => 1 << _conditions.Count;

    /// <summary>Where the fields stand in one shape, and the size of the head.</summary>
    public (int[] Offsets, Number[] Numbers, int Size) Lay(int shape, int upTo)
    {
        var offsets = new int[upTo];
        var numbers = new Number[upTo];
        var at = 0;
        for (var i = 0; i < upTo; i++)
        {
            var field = _fields[i];
            var isThere = _conditionOf[i] < 0 || (shape >> _conditionOf[i] & 1) != 0;
            numbers[i] = Number.Absent;
            offsets[i] = -1;
            if (!isThere) continue;
            if (field.IsBits)
            {
                offsets[i] = offsets[field.BitsOf];
                if (offsets[i] >= 0) numbers[i] = new(offsets[i], _fields[field.BitsOf].Form, field.Shift, field.Mask);
                continue;
            }

            offsets[i] = at;
            if (field.IsNumber) numbers[i] = new(at, field.Form);
            at += field.FixedSize;
        }

        return (offsets, numbers, at);
    }

    /// <summary>What each condition tests, by the outcome of those before it.</summary>
    public Test[][][] Tests()
    {
        var all = new Test[_conditions.Count][][];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = new Test[1 << i][];
            for (var outcome = 0; outcome < all[i].Length; outcome++) all[i][outcome] = Tests(_conditions[i].Terms, Lay(outcome, Count).Numbers);
        }

        return all;
    }

    /// <summary>What the fields of the head must be like in one shape.</summary>
    public Check[] Checks((int[] Offsets, Number[] Numbers, int Size) laid, ulong mask)
    {
        var checks = new List<Check>();
        for (var i = 0; i < Count; i++)
        {
            var field = _fields[i];
            if (laid.Offsets[i] < 0 || (field.Constant is null && field.Allowed is null)) continue;
            var size = field.IsBits ? _fields[field.BitsOf].FixedSize : field.FixedSize;
            var covered = field.Allowed is null or { Numbers.Count: 1 } && !field.IsBits && laid.Offsets[i] + size <= 8
                && Enumerable.Range(laid.Offsets[i], size).All(at => (mask >> (8 * at) & 0xff) == 0xff);
            if (!covered) checks.Add(new(laid.Offsets[i], size, field.Constant, laid.Numbers[i], field.Allowed, Encodings(field)));
        }

        return [.. checks];
    }

    private static byte[][] Encodings(LayoutField field)
    {
        if (field.IsBits) return [];
        if (field.Constant is { } constant) return [constant];
        if (!field.IsNumber) return [.. field.Allowed!.Texts];
        return [.. field.Allowed!.Numbers.Select(Encode)];

        byte[] Encode(long number)
        {
            var bytes = new byte[field.FixedSize];
            NumberForms.WriteFixed(field.Form, bytes, number);
            return bytes;
        }
    }

    /// <summary>The constants among the first eight bytes that stand there in every shape.</summary>
    public (ulong Mask, ulong Magic) Magic()
    {
        Span<byte> mask = stackalloc byte[8], magic = stackalloc byte[8];
        var at = 0;
        for (var i = 0; i < Count && at < 8 && _conditionOf[i] < 0; i++)
        {
            var field = _fields[i];
            var constant = field.Constant ?? [];
            if (field is { IsNumber: true, IsBits: false, Allowed: { Numbers: [var only] } })
            {
                constant = new byte[field.FixedSize];
                NumberForms.WriteFixed(field.Form, constant, only);
            }

            for (var j = 0; j < constant.Length && at + j < 8; j++) (mask[at + j], magic[at + j]) = (0xff, constant[j]);
            at += field.FixedSize;
        }

        return (BitConverter.ToUInt64(mask), BitConverter.ToUInt64(magic));
    }

    /// <summary>Terms about numbers of the head as tests at their places.</summary>
    public static Test[] Tests(IEnumerable<Term> terms, Number[] numbers) => [.. terms.Select(term => new Test(numbers[term.Path.Field], term.Values))];

    /// <summary>Whether a term can be tested by the head alone.</summary>
    public bool IsInHead(Term term) => !term.Path.IsPart && term.Path.Field < Count && _fields[term.Path.Field].IsNumber;

    private bool TryCondition(LayoutField field)
    {
        _conditionOf[field.Index] = -1;
        if (field.When is not { } when) return true;
        if (!when.Terms.All(term => !term.Path.IsPart && term.Path.Field < field.Index)) return false;
        var terms = when.Terms.Select(term => $"{term.Path.Field}:{term.Values.Presence}:{string.Join(',', term.Values.Numbers.Order())}");
        var key = string.Join(';', terms.Order(StringComparer.Ordinal));
        if (!_known.TryGetValue(key, out var index))
        {
            if (_conditions.Count == Head.MaxConditions) return false;
            _known[key] = index = _conditions.Count;
            _conditions.Add(when);
        }

        _conditionOf[field.Index] = index;
        return true;
    }
}
