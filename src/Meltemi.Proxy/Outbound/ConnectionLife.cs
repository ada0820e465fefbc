using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;

namespace Meltemi.Proxy.Outbound;

/// <summary>What is left of an upstream connection's life.</summary>
internal struct ConnectionLife
{
    private long _requestsLeft;

    /// <summary>The whole life, up to a tenth of it taken off at random.</summary>
    public ConnectionLife(ConnectionLifeConfig config, long nowMilliseconds, ulong random)
    {
        _requestsLeft = config.MaxRequests > 0 ? config.MaxRequests - (long)Bits.Scale(random, (ulong)(config.MaxRequests / 10 + 1)) : 0;
        var duration = (ulong)config.MaxDuration.TotalMilliseconds;
        EndMilliseconds = duration > 0 ? nowMilliseconds + (long)(duration - Bits.Scale(Bits.Next(ref random), duration / 10 + 1)) : long.MaxValue;
    }

    /// <summary>Without end.</summary>
    public static ConnectionLife Endless { get; } = new(new(), 0, 0);

    /// <summary>When it ends, in the loop's time.</summary>
    public long EndMilliseconds { get; }

    /// <summary>Whether this request was the last.</summary>
    public bool IsLastRequest() => _requestsLeft > 0 && --_requestsLeft == 0;
}
