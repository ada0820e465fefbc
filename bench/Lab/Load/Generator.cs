using System.Net;
using System.Net.Sockets;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Load;

/// <summary>Makes load on the calling thread and checks every answer.</summary>
internal static class Generator
{
    private const int OpenLoopSlots = 4096;
    private const long Stall = 5_000_000_000;

    private static int _runs;

    /// <summary>
    /// Runs a load against <paramref name="target"/>. The hooks are called at the start and at the end of the measured time.
    /// </summary>
    public static LoadResult Run(LoadOptions options, IPEndPoint target, Action? started = null, Action? ended = null) =>
        options.Lane.Protocol switch
        {
            ProtocolKind.Dubbo => Run<Dubbo>(options, target, started, ended),
            ProtocolKind.Thrift => Run<Thrift>(options, target, started, ended),
            _ => Run<Bolt>(options, target, started, ended),
        };

    private static LoadResult Run<TProtocol>(LoadOptions options, IPEndPoint target, Action? started, Action? ended)
        where TProtocol : struct, IWireProtocol
    {
        using var reactor = new Reactor();
        var session = new Session();
        var peers = Connect<TProtocol>(reactor, session, options, target);
        using var pacer = options.Rate > 0 ? new Pacer<TProtocol>(reactor, session, peers, options.Rate) : null;
        if (pacer is null)
        {
            foreach (var peer in peers)
            {
                while (peer.TrySend(Clock.Now))
                    continue;
                peer.Flush();
            }
        }
        Drive(reactor, session, options, started, ended);
        foreach (var peer in peers)
            peer.Close();
        return LoadResult.From(session.Latencies, session.Seconds, session.Error);
    }

    private static LoadPeer<TProtocol>[] Connect<TProtocol>(
        Reactor reactor, Session session, LoadOptions options, IPEndPoint target)
        where TProtocol : struct, IWireProtocol
    {
        var template = TProtocol.Template(options.ArgumentLength, options.Echo);
        var run = (long)(++_runs & 0x7FFF) << 48;
        var slots = options.Rate > 0 ? OpenLoopSlots : options.Outstanding;
        var peers = new LoadPeer<TProtocol>[options.Connections];
        for (var i = 0; i < peers.Length; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(target);
            peers[i] = new LoadPeer<TProtocol>(
                reactor, socket, session, template, slots, closedLoop: options.Rate == 0, run | ((long)i << 32));
        }
        return peers;
    }

    private static void Drive(Reactor reactor, Session session, LoadOptions options, Action? started, Action? ended)
    {
        var windowStart = Clock.Now + options.WarmUp.Ticks * 100;
        var windowEnd = long.MaxValue;
        var lastProgress = Clock.Now;
        var answersThen = 0L;
        while (!session.IsOver)
        {
            reactor.Turn(10);
            var now = Clock.Now;
            if (session.Answers != answersThen)
            {
                answersThen = session.Answers;
                lastProgress = now;
            }
            else if (now - lastProgress > Stall)
                session.Fail($"{session.InFlight} requests in flight and no answer for 5 s");
            if (now >= windowStart)
            {
                windowStart = long.MaxValue;
                windowEnd = now + options.Duration.Ticks * 100;
                started?.Invoke();
                session.StartWindow(now);
            }
            else if (now >= windowEnd && session.Latencies.Count >= options.LeastAnswers)
            {
                windowEnd = long.MaxValue;
                ended?.Invoke();
                session.EndWindow(now);
            }
        }
    }
}
