using Meltemi.Codec.Declarative.Conditions;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>What a message is, if everything here holds of it.</summary>
/// <param name="Tests">About numbers of the head.</param>
/// <param name="Terms">About all else.</param>
/// <param name="Rule">Which of the description's rules it is.</param>
internal sealed record KindCase(Test[] Tests, Term[] Terms, MessageKind Kind, FrameFlags Flags, int Rule);

/// <summary>The kinds of one shape's messages from one sender: the first case that holds counts.</summary>
internal sealed class KindTable
{
    private readonly KindCase[] _cases;
    private readonly Number _first;
    private readonly byte[]? _start;
    private readonly KindCase?[]? _decided;
    private readonly int _byteAt;

    public KindTable(IEnumerable<KindCase> cases)
    {
        _cases = [.. cases];
        NeedsWalk = _cases.Any(one => one.Terms.Length > 0);

        // Most protocols tell kinds apart by one byte: by its value the search starts at the first case that can hold.
        var bytes = _cases.SelectMany(one => one.Tests).Where(test => test.Number.IsWholeByte);
        if (_cases.Length is < 3 or > 255 || !bytes.Any()) return;
        _first = bytes.GroupBy(test => test.Number.At).MaxBy(group => group.Count())!.First().Number;
        _start = new byte[256];
        Span<byte> probe = new byte[_first.End];
        for (var value = 0; value < 256; value++)
        {
            probe[_first.At] = (byte)value;
            var index = 0;
            while (index < _cases.Length && !MayHold(_cases[index], probe)) index++;
            _start[value] = (byte)index;
        }

        _byteAt = _first.At;
        _decided = [.. _start.Select(start => start < _cases.Length && IsDecided(_cases[start]) ? _cases[start] : null)];
    }

    public bool NeedsWalk { get; }

    public IReadOnlyList<KindCase> Cases => _cases;

    /// <summary>The case that holds by the head alone; null: none. Only if no walk is needed.</summary>
    public KindCase? Match(ReadOnlySpan<byte> bytes)
    {
        if (_decided is { } decided && decided[bytes[_byteAt]] is { } only) return only;
        var cases = _cases;
        for (var i = _start is null ? 0 : _start[(byte)_first.Read(bytes)]; i < cases.Length; i++)
        {
            if (Holds(cases[i].Tests, bytes)) return cases[i];
        }

        return null;
    }

    /// <summary>The case that holds of a whole message; null: none.</summary>
    public KindCase? Match(LayoutField[] fields, in MessageView view)
    {
        foreach (var one in _cases)
        {
            if (Holds(one.Tests, view.Bytes) && PartFinder.Holds(fields, one.Terms, view)) return one;
        }

        return null;
    }

    private static bool Holds(Test[] tests, ReadOnlySpan<byte> bytes)
    {
        foreach (ref readonly var test in tests.AsSpan())
        {
            if (!test.Holds(bytes)) return false;
        }

        return true;
    }

    /// <summary>Whether nothing but the first byte is asked.</summary>
    private bool IsDecided(KindCase one) => one.Tests.All(test => test.Number.At == _first.At && test.Number.IsWholeByte);

    private bool MayHold(KindCase one, ReadOnlySpan<byte> probe)
    {
        foreach (var test in one.Tests)
        {
            if (test.Number.At == _first.At && test.Number.IsWholeByte && !test.Holds(probe)) return false;
        }

        return true;
    }
}
