using System.Net;
using System.Net.Sockets;
using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Filters.RateLimits;

/// <summary>One budget for two loops with a thread each, on real sockets. The next fill is an hour away, so that no clock matters.</summary>
public class RealLoopTests
{
    private const int Limit = 5000;
    private const int Clients = 8;
    private const int RequestsOfEach = 2500;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flood_gets_the_limit_and_no_more(bool perValue)
    {
        using var server = new LineServer();
        using var host = new ProxyHost(2, new DataPlaneOptions { Seed = 1 });
        var rule = new LocalLimitRule([], new(Limit, Limit, TimeSpan.FromHours(1)), perValue ? new("command") : null);
        var chain = new ProtocolChainConfig
        {
            StatPrefix = "front",
            Codec = new LineCodec(),
            Routes = new RouteTableConfig { Routes = [new RouteConfig { Clusters = [new("main", 1)] }] },
            Filters = [new(LocalRateLimitFilter.FilterName, new LocalRateLimitConfig { StatPrefix = "shop", Rules = [rule] })],
        };
        var listener = new ListenerConfig { Name = "front", Addresses = [new IPEndPoint(IPAddress.Loopback, 0)], Chain = chain };
        var cluster = new ClusterConfig
        {
            Name = "main",
            Endpoints = [new EndpointConfig { Address = server.Address }],
            Limits = new LimitsConfig { MaxRequests = 100_000, MaxPendingRequests = 100_000 },
        };
        Assert.Empty(host.Apply(new ProxyConfig { Listeners = [listener], Clusters = [cluster] }));
        var address = (IPEndPoint)host.DataPlane.Listeners.Single().Addresses.Single();

        var passed = (await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => Flood(address))))).Sum();

        Assert.InRange(passed, Limit - Limit / 100, Limit);
        Assert.Equal(passed, host.DataPlane.Metrics.Figure("meta_protocol.shop.local_rate_limit.ok"));
        Assert.Equal(Clients * RequestsOfEach - passed, host.DataPlane.Metrics.Figure("meta_protocol.shop.local_rate_limit.rate_limited"));
    }

    /// <summary>Sends all its requests, and counts those that the server answered.</summary>
    private static int Flood(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(address);
        var line = Encoding.ASCII.GetBytes("hi\n");
        var passed = 0;
        var reader = new StreamReader(new NetworkStream(socket));
        for (var sent = 0; sent < RequestsOfEach; sent += 100)
        {
            for (var i = 0; i < 100; i++) socket.Send(line);
            for (var i = 0; i < 100; i++) passed += reader.ReadLine() is { } answer && answer[0] != '!' ? 1 : 0;
        }

        return passed;
    }

    /// <summary>Answers each line with itself.</summary>
    private sealed class LineServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public LineServer()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public EndPoint Address => _listener.LocalEndpoint;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Disposed.
            }
        }

        private static async Task ServeAsync(Socket socket)
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            try
            {
                await stream.CopyToAsync(stream);
            }
            catch (IOException)
            {
                // The proxy has ended.
            }
        }
    }
}
