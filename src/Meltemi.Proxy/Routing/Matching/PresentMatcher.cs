namespace Meltemi.Proxy.Routing.Matching;

/// <summary>Asked about a value that is there, so the answer is known; <see cref="Condition"/> answers for one that is not.</summary>
internal sealed class PresentMatcher(bool present) : ValueMatcher
{
    public override bool Matches(ReadOnlySpan<byte> value) => present;
}
