namespace Meltemi.Proxy.Hashing;

/// <summary>Small arithmetic on random and hashed 64-bit numbers.</summary>
public static class Bits
{
    /// <summary>Maps uniform bits to [0, <paramref name="count"/>), without a division. 0 if there is nothing to choose from.</summary>
    public static ulong Scale(ulong random, ulong count) => Math.BigMul(random, count, out _);

    /// <summary>Maps uniform bits to an exponential distribution with mean 1, from 0 to 37.</summary>
    public static double Exponential(ulong random) => -Math.Log(((random >> 11) + 1) * (1.0 / (1UL << 53)));

    /// <summary>The next number of a sequence that looks random: the splitmix64 step. Also serves as a mixing function.</summary>
    public static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
