using System.Text;

namespace Meltemi.Protocols.Dubbo.Body;

/// <summary>
/// Collects UTF-8 from characters and from halves of surrogate pairs, which Java's strings may have apart. A half without its other
/// becomes U+FFFD. A half takes three bytes at most, so a span as long as the coded text is enough.
/// </summary>
internal ref struct SurrogateJoiner(Span<byte> to)
{
    private readonly Span<byte> _to = to;
    private int _length;
    private char _high;

    /// <summary>Adds characters.</summary>
    public void Whole(ReadOnlySpan<byte> utf8)
    {
        FlushHigh();
        utf8.CopyTo(_to[_length..]);
        _length += utf8.Length;
    }

    /// <summary>Adds a UTF-16 code unit, which may be half of a pair.</summary>
    public void Half(char unit)
    {
        if (_high != 0 && char.IsLowSurrogate(unit))
        {
            _length += new Rune(_high, unit).EncodeToUtf8(_to[_length..]);
            _high = '\0';
            return;
        }

        FlushHigh();
        if (char.IsHighSurrogate(unit)) _high = unit;
        else Add(unit);
    }

    /// <summary>Returns the number of bytes.</summary>
    public int Finish()
    {
        FlushHigh();
        return _length;
    }

    private void FlushHigh()
    {
        if (_high == 0) return;
        _high = '\0';
        Add('\ufffd');
    }

    private void Add(char unit) =>
        _length += (Rune.TryCreate(unit, out var rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(_to[_length..]);
}
