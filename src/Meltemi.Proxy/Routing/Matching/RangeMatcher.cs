using System.Buffers.Text;

namespace Meltemi.Proxy.Routing.Matching;

/// <summary>A decimal 64-bit integer in [start, end); the whole value has to be the number, with no blanks around it.</summary>
internal sealed class RangeMatcher(long start, long end) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long number, out var consumed) && consumed == value.Length && number >= start && number < end;
}
