using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Meltemi.Bench.Lab.Engine;

/// <summary>Monotonic nanoseconds. On Linux the stopwatch counts them already.</summary>
internal static class Clock
{
    public static long Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Stopwatch.GetTimestamp();
    }

    static Clock()
    {
        if (Stopwatch.Frequency != 1_000_000_000)
            throw new PlatformNotSupportedException("The lab counts on a clock in nanoseconds.");
    }
}
