namespace Meltemi.Bench.Lab.Engine;

/// <summary>
/// Processor time of another process with all its threads, also those that ended: what <c>utime</c> and <c>stime</c> of
/// <c>/proc/PID/stat</c> add up to, but in nanoseconds instead of ticks of 10 ms.
/// </summary>
internal static unsafe class CpuClock
{
    /// <summary>Nanoseconds of processor time that process <paramref name="pid"/> has used; 0 if it is gone.</summary>
    public static long Nanoseconds(int pid)
    {
        // The kernel's encoding of a process's clock, as in clock_getcpuclockid(3): inverted id, then 2 for "scheduler's time".
        var clock = (~pid << 3) | 2;
        var time = stackalloc long[2];
        return Libc.ClockGetTime(clock, time) == 0 ? time[0] * 1_000_000_000 + time[1] : 0;
    }
}
