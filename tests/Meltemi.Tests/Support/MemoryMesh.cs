using System.Net;
using AwesomeRpc;
using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Transport;

namespace Meltemi.Tests.Support;

/// <summary>
/// A whole proxy in memory: one loop, fake time, clients and servers played by the test. Disposing it ends everything and checks that
/// nothing is left over: no exchange, connection, buffer or timer.
/// </summary>
internal sealed class MemoryMesh : IDisposable
{
    public static readonly IPEndPoint Front = new(IPAddress.Loopback, 9000);

    public MemoryMesh(ICodec? codec = null, params IFilterFactory[] filters)
    {
        Codec = codec ?? new AwesomeRpcCodecFactory().Create(new CodecOptions());
        Loop = new EventLoop(Kernel, new LoopOptions { OnUnhandled = (e, _) => Errors.Add(e) });
        var time = new LoopTime(Kernel, () => Loop);
        Proxy = new DataPlane([Loop], new DataPlaneOptions { Seed = 1, Filters = [.. filters], Time = time, Log = Log.Log });
        Filters = [.. filters.Select(filter => new FilterConfig(filter.Name, null))];
    }

    public MemoryKernel Kernel { get; } = new();

    public EventLoop Loop { get; }

    public DataPlane Proxy { get; }

    public ICodec Codec { get; }

    public List<Exception> Errors { get; } = [];

    public CapturedLog Log { get; } = new();

    public FilterConfig[] Filters { get; }

    /// <summary>Starts a proxy in front of as many servers as endpoints are wanted, all traffic to one cluster.</summary>
    public MemoryServer[] Start(
        int servers = 1, Func<RouteConfig, RouteConfig>? route = null, Func<ClusterConfig, ClusterConfig>? cluster = null,
        Func<ProtocolChainConfig, ProtocolChainConfig>? chain = null)
    {
        var upstream = Enumerable.Range(0, servers).Select(_ => Kernel.Serve()).ToArray();
        Apply([Route(route)], [Cluster("main", upstream, cluster)], chain);
        return upstream;
    }

    public static RouteConfig Route(Func<RouteConfig, RouteConfig>? change = null, string to = "main")
    {
        var route = new RouteConfig { Name = to, Clusters = [new(to, 1)] };
        return change?.Invoke(route) ?? route;
    }

    public static ClusterConfig Cluster(string name, MemoryServer[] servers, Func<ClusterConfig, ClusterConfig>? change = null)
    {
        var cluster = new ClusterConfig { Name = name, Endpoints = [.. servers.Select(server => new EndpointConfig { Address = server.Address })] };
        return change?.Invoke(cluster) ?? cluster;
    }

    public void Apply(RouteConfig[] routes, ClusterConfig[] clusters, Func<ProtocolChainConfig, ProtocolChainConfig>? change = null)
    {
        var chain = new ProtocolChainConfig
        {
            StatPrefix = "test",
            Codec = Codec,
            Routes = new RouteTableConfig { Routes = [.. routes] },
            Filters = [.. Filters],
        };
        var listener = new ListenerConfig { Name = "front", Addresses = [Front], Chain = change?.Invoke(chain) ?? chain };
        Assert.Empty(Proxy.Apply(new ProxyConfig { Listeners = [listener], Clusters = [.. clusters] }));
        Kernel.RunUntilIdle();
    }

    public MemoryPeer Client() => Kernel.Dial(Front);

    /// <summary>Sends and lets the proxy work until it rests.</summary>
    public void Send(MemoryPeer from, params Message[] messages)
    {
        from.Send(messages.SelectMany(message => message.ToBytes()).ToArray());
        Kernel.RunUntilIdle();
    }

    /// <summary>The whole messages that a peer has received and not yet looked at.</summary>
    public List<Message> Received(MemoryPeer peer) => ReceivedBy(Kernel, peer);

    /// <inheritdoc cref="Received"/>
    public static List<Message> ReceivedBy(MemoryKernel kernel, MemoryPeer peer)
    {
        kernel.RunUntilIdle();
        return Whole(peer);
    }

    /// <summary>The whole messages that are there now.</summary>
    public static List<Message> Whole(MemoryPeer peer)
    {
        var messages = new List<Message>();
        while (peer.Received.Length >= 8)
        {
            var length = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(peer.Received[4..]);
            if (peer.Received.Length < length) break;
            messages.Add(Message.ReadAsync(new MemoryStream(peer.Take(length))).AsTask().GetAwaiter().GetResult()!);
        }

        return messages;
    }

    public static Message Request(uint id, string command = "echo", params (string Key, string Value)[] headers) =>
        new(MessageType.Request, id) { Headers = Headers([("command", command), .. headers]), Text = $"body {id}" };

    public static Message Answer(Message request, Status status = Status.Ok) =>
        new(MessageType.Response, request.Id) { Status = status, Text = $"answer to {request.Text}" };

    public static Dictionary<string, string> Headers(params (string Key, string Value)[] headers) => headers.ToDictionary(h => h.Key, h => h.Value);

    /// <summary>A figure by its dotted name, such as <c>cluster.main.upstream_rq_late</c>.</summary>
    public long Figure(string name) => Proxy.Metrics.Figure(name);

    public void Dispose()
    {
        Proxy.Abort();
        Kernel.AdvanceTime(60_000);
        Assert.Empty(Errors);
        Log.Verify();
        Assert.Equal(0, Proxy.InFlight);
        Assert.Equal(0, Proxy.OpenConnections);
        Assert.Equal(0, Loop.Gauges.OpenConnections);
        Assert.Equal(0, Loop.Gauges.RentedBuffers);
        Assert.Equal(0, Loop.Gauges.ScheduledTimers);
        Loop.Dispose();
    }
}
