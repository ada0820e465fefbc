using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Meltemi.Codec;
using Meltemi.Interop.Tests.Support;
using Meltemi.Proxy.Config;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>Ten times as much as a limit allows, for ten seconds, on two loops. The limit's clock is what counts.</summary>
public sealed class BurstTests
{
    private const int Limit = 1000;
    private const int Connections = 8;
    private const int Batch = 25;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BatchEvery = TimeSpan.FromSeconds(1.0 * Batch * Connections / (10 * Limit));

    [PeerFact(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift)]
    public async Task A_tenfold_burst_gets_between_990_and_1010_a_second_through() => await Task.WhenAll(BurstAsync(Protocol.Dubbo), BurstAsync(Protocol.Thrift));

    private static async Task BurstAsync(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        var call = await protocol.BytesOfAsync("who");
        var limit = new LocalRateLimitConfig { StatPrefix = "shop", Rules = [new([], new(Limit, Limit, TimeSpan.FromSeconds(1)))] };
        var cluster = Mesh.Cluster("main", servers.Address) with { Limits = new() { MaxRequests = 100_000, MaxPendingRequests = 100_000 } };
        using var mesh = new Mesh(
            protocol.Codec(), [Mesh.Route("main") with { Timeout = TimeSpan.Zero }], [cluster], PoolMode.Multiplexed,
            new FilterConfig("aeraki.meta_protocol.filters.local_ratelimit", limit));
        var clock = Stopwatch.StartNew(); // The bucket's is a little ahead of it.

        // It ends in the middle between two fills, so that the last one is used up. A busy proxy may look at the last calls after the next one.
        bool IsOver() => clock.Elapsed > Duration && clock.Elapsed.TotalSeconds % 1 is > 0.4 and < 0.6;
        var floods = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => FloodAsync(mesh.Port, protocol, call, IsOver))).ToArray();
        await Safety.Until(IsOver, mesh.Prometheus);
        var fills = 1 + (int)clock.Elapsed.TotalSeconds;
        var sent = (await Task.WhenAll(floods)).Sum();
        var mostFills = 1 + (int)clock.Elapsed.TotalSeconds;

        var passed = mesh.Figure("meta_protocol.shop.local_rate_limit.ok");
        Assert.InRange(passed, 990 * fills, 1010 * mostFills);
        Assert.Equal(passed, mesh.Figure("cluster.main.upstream_rq_completed"));
        Assert.Equal(sent - passed, mesh.Figure("meta_protocol.shop.local_rate_limit.rate_limited"));
        Assert.True(sent > 5 * passed, $"only {sent} were sent");
    }

    /// <summary>Sends calls at its rate, whatever becomes of them, and waits for their answers in the end; how many it sent.</summary>
    private static async Task<int> FloodAsync(int port, Protocol protocol, byte[] call, Func<bool> isOver)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var calls = Enumerable.Repeat(call, Batch).SelectMany(bytes => bytes).ToArray();
        var answers = new Answers(socket, protocol.Codec().Create(new()));
        var counting = answers.CountAsync();
        var clock = Stopwatch.StartNew();
        var batches = 0;
        while (!isOver())
        {
            await socket.SendAsync(calls);
            batches++;
            if (batches * BatchEvery - clock.Elapsed is { Ticks: > 0 } early) await Task.Delay(early);
        }

        await Safety.Until(() => answers.Count == batches * Batch || counting.IsCompleted, () => $"{answers.Count} of {batches * Batch} answers");
        socket.Dispose();
        await counting;
        return batches * Batch;
    }

    private sealed class Answers(Socket socket, ICodec codec)
    {
        private readonly byte[] _bytes = new byte[64 * 1024];
        private readonly object? _state = codec.NewConnectionState(Origin.Server);
        private int _length;
        private int _count;

        public int Count => Volatile.Read(ref _count);

        /// <summary>Counts until the socket is closed.</summary>
        public async Task CountAsync()
        {
            try
            {
                while (await socket.ReceiveAsync(_bytes.AsMemory(_length)) is > 0 and var received)
                {
                    _length += received;
                    TakeWhole();
                }
            }
            catch (SocketException)
            {
                // It is.
            }
        }

        private void TakeWhole()
        {
            var (count, at) = (0, 0);
            while (true)
            {
                var frame = default(Frame);
                if (codec.Decode(_bytes.AsSpan(at, _length - at), Origin.Server, _state, ref frame).Status != DecodeStatus.Complete) break;
                at += frame.Length;
                count++;
            }

            _bytes.AsSpan(at, _length - at).CopyTo(_bytes);
            _length -= at;
            Interlocked.Add(ref _count, count);
        }
    }
}
