using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Load;

/// <summary>
/// Sends at fixed times, in turn over the connections. A request that leaves late keeps the time at which it was due, so that a stall
/// of the proxy counts for all requests that it held up.
/// </summary>
internal sealed class Pacer<TProtocol> : IDisposable
    where TProtocol : struct, IWireProtocol
{
    private readonly Session _session;
    private readonly LoadPeer<TProtocol>[] _peers;
    private readonly double _period;
    private readonly long _start = Clock.Now;
    private readonly Ticker _timer;
    private long _next;

    public Pacer(Reactor reactor, Session session, LoadPeer<TProtocol>[] peers, int rate)
    {
        _session = session;
        _peers = peers;
        _period = 1e9 / rate;
        _session.Backlog = true;
        _timer = new Ticker(reactor, Math.Max((long)_period, 20_000), Send);
    }

    private long Due => _start + (long)(_next * _period);

    public void Dispose() => _timer.Dispose();

    private void Send()
    {
        var first = _next;
        var now = Clock.Now;
        while (Due <= now && Due < _session.WindowEnd && _peers[_next % _peers.Length].TrySend(Due))
            _next++;
        _session.Backlog = Due < _session.WindowEnd;
        for (var i = Math.Min(_next - first, _peers.Length) - 1; i >= 0; i--)
            _peers[(first + i) % _peers.Length].Flush();
    }
}
