using Meltemi.Codec;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Transport;

namespace Meltemi.Proxy.Flow;

/// <summary>What belongs to one loop: its figures, its scratch objects, its flow of requests. Used on the loop's thread only.</summary>
internal sealed class Worker
{
    private readonly int _loops;
    private ulong _random;
    private long _connections;

    public Worker(EventLoop loop, LoopMetrics metrics, ulong seed, int loops)
    {
        Loop = loop;
        Metrics = metrics;
        _random = seed | 1;
        _loops = loops;
        Flow = new RequestFlow(this);
    }

    public EventLoop Loop { get; }

    public int Index => Loop.Index;

    public LoopMetrics Metrics { get; }

    public RequestFlow Flow { get; }

    /// <summary>Attributes of the message at hand.</summary>
    public AttributeValues Values { get; } = new();

    public void Add(int series, long change = 1) => Metrics.Add(series, change);

    /// <summary>A number that no other connection of the process gets.</summary>
    public long NextConnectionId() => _connections++ * _loops + Index + 1;

    /// <summary>xorshift64*: fast, good enough for balancing, repeatable in tests by its seed.</summary>
    public ulong NextRandom()
    {
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        return _random * 2685821657736338717UL;
    }
}
