namespace Meltemi.Tests;

/// <summary>Measures what a piece of code allocates once it is warm.</summary>
internal static class Allocations
{
    /// <summary>Bytes that 1000 runs allocate on this thread, after as many to warm up.</summary>
    public static long Of(Action action)
    {
        for (var i = 0; i < 1000; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
