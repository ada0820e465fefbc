using System.Runtime.CompilerServices;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Balancing;

/// <summary>
/// What is known of an endpoint's health, by all who look after it, as one word that balancers read: the flags, and above them the number of loops
/// that heard a go-away. Changes are rare, come from any thread, and are noticed by every <see cref="Availability"/>.
/// </summary>
public sealed class EndpointHealth
{
    private const int OneGoAway = 1 << 16;
    private const int FullShare = 1 << 16;

    private static int _changes;
    private int _state;
    private int _share = FullShare;

    /// <summary>Number of changes to the health of any endpoint of the process, so far.</summary>
    internal static int Changes => Volatile.Read(ref _changes);

    /// <summary>The flags at this moment.</summary>
    public HealthFlags Flags
    {
        get
        {
            var state = Volatile.Read(ref _state);
            return (HealthFlags)(state & (OneGoAway - 1)) | (state >= OneGoAway ? HealthFlags.WentAway : HealthFlags.None);
        }
    }

    /// <summary>Takes no new requests, unless its set is in panic.</summary>
    public bool IsUnavailable => Has(HealthFlags.Unavailable);

    /// <summary>Whether one of the flags is raised.</summary>
    public bool Has(HealthFlags any) => ((HealthFlags)Volatile.Read(ref _state) & any) != 0;

    /// <summary>Raises or lowers a flag; false if it stood that way already.</summary>
    public bool Set(HealthFlags flag, bool raised)
    {
        var before = raised ? Interlocked.Or(ref _state, (int)flag) : Interlocked.And(ref _state, ~(int)flag);
        if ((before & (int)flag) != 0 == raised) return false;
        Interlocked.Increment(ref _changes);
        return true;
    }

    /// <summary>A loop heard a go-away from it (+1), or found it back (-1).</summary>
    internal void GoAway(int change)
    {
        Interlocked.Add(ref _state, change * OneGoAway);
        Interlocked.Increment(ref _changes);
    }

    /// <summary>In slow start: the part of its turns that it takes. 1 ends the slow start.</summary>
    internal void Warm(double share)
    {
        Volatile.Write(ref _share, (int)Math.Clamp(share * FullShare, 1, FullShare));
        Set(HealthFlags.Warming, share < 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsPassedOver(HealthFlags mask, ref ulong random)
    {
        var raised = (HealthFlags)Volatile.Read(ref _state) & mask;
        return raised != 0 && (raised != HealthFlags.Warming || SkipsTurn(ref random));
    }

    // Giving up turns at random is the same for every algorithm as a smaller weight, and needs no table to be built anew while the share grows.
    private bool SkipsTurn(ref ulong random) => Bits.Next(ref random) >> 48 >= (ulong)Volatile.Read(ref _share);
}

/// <summary>Reasons to pass an endpoint over. The values are bits of <see cref="EndpointHealth"/>'s word.</summary>
[Flags]
public enum HealthFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The configuration says so: <c>health_status</c> UNHEALTHY or TIMEOUT.</summary>
    ToldUnhealthy = 1,

    /// <summary>Active health checks failed, or have not passed yet.</summary>
    FailedCheck = 2,

    /// <summary>Ejected by outlier detection.</summary>
    Ejected = 4,

    /// <summary>The configuration says that it is leaving: <c>health_status</c> DRAINING.</summary>
    ToldDraining = 8,

    /// <summary>In slow start: gets fewer requests than its weight says.</summary>
    Warming = 16,

    /// <summary>It said itself that it wants no new requests. All bits that count those who heard it.</summary>
    WentAway = ~0xFFFF,

    /// <summary>It is leaving, by its own word or the configuration's: not used even in panic.</summary>
    Leaving = ToldDraining | WentAway,

    /// <summary>It is thought to be in bad health, which may be a mistake.</summary>
    Unhealthy = ToldUnhealthy | FailedCheck | Ejected,

    /// <summary>Everything for which it is passed over.</summary>
    Unavailable = Leaving | Unhealthy,
}
