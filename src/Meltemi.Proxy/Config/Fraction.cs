using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Config;

/// <summary>A share of the requests, exactly as it was said (<c>envoy.type.v3.FractionalPercent</c>).</summary>
/// <param name="Numerator">More than the denominator means all.</param>
/// <param name="Denominator">100, 10,000 or 1,000,000.</param>
public sealed record Fraction(uint Numerator, uint Denominator)
{
    /// <summary>All of them.</summary>
    public static Fraction All { get; } = new(100, 100);

    /// <summary>None of them.</summary>
    public static Fraction None { get; } = new(0, 100);

    /// <summary>Whether a request is one of them.</summary>
    /// <param name="random">Fresh random bits.</param>
    public bool Takes(ulong random) => Bits.Scale(random, Denominator) < Numerator;

    /// <summary>Such as <c>2.5 %</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Math.Min(100m, 100m * Numerator / Denominator):0.####} %");
}
