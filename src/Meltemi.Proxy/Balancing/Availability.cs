namespace Meltemi.Proxy.Balancing;

/// <summary>
/// Tells that some endpoint of the process became available or unavailable. Who has counted endpoints compares the version and counts anew: shares of
/// priorities and places follow at the next request, on all loops, without anybody having to tell them. Changes are rare beside requests, so one
/// number for all clusters will do.
/// </summary>
internal static class Availability
{
    private static int _version;

    /// <summary>To be read before counting.</summary>
    public static int Version => Volatile.Read(ref _version);

    /// <summary>To be called after the change.</summary>
    public static void Changed() => Interlocked.Increment(ref _version);
}
