using AwesomeRpc;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Outbound.Health;

/// <summary>A proxy in front of servers that each behave as they are told, and one client that asks again and again.</summary>
internal sealed class Fleet : IDisposable
{
    private readonly Func<int, Status?>[] _behaviours;
    private readonly int[] _asked;
    private readonly MemoryPeer _client;
    private uint _id;

    public Fleet(int servers, Func<ClusterConfig, ClusterConfig> cluster, Func<RouteConfig, RouteConfig>? route = null)
    {
        _asked = new int[servers];
        IsAlive = Enumerable.Repeat(true, servers).ToArray();
        _behaviours = Enumerable.Repeat<Func<int, Status?>>(_ => Status.Ok, servers).ToArray();
        Servers = Mesh.Start(servers, route, cluster: config => cluster(config with { HeartbeatInterval = TimeSpan.Zero }));
        for (var i = 0; i < servers; i++)
        {
            var server = i;
            Servers[i].OnAccepted = peer => peer.OnReceived = _ => Answers(server, peer);
        }

        _client = Mesh.Client();
    }

    public MemoryMesh Mesh { get; } = new();

    public MemoryServer[] Servers { get; }

    /// <summary>Servers that answer heartbeats.</summary>
    public bool[] IsAlive { get; }

    /// <summary>Which servers fail their health checks.</summary>
    public int[] Unhealthy => [.. Enumerable.Range(0, Endpoints.Length).Where(i => Endpoints[i].Health.Has(HealthFlags.FailedCheck))];

    public Endpoint[] Endpoints => [.. Mesh.Proxy.Clusters.Single().Endpoints.Endpoints];

    /// <summary>Which servers are ejected.</summary>
    public int[] Ejected => [.. Enumerable.Range(0, Endpoints.Length).Where(i => Endpoints[i].Health.Has(HealthFlags.Ejected))];

    /// <summary>Requests that each server has got since the last call.</summary>
    public int[] TakeAsked()
    {
        var asked = _asked.ToArray();
        Array.Clear(_asked);
        return asked;
    }

    /// <summary>Servers that answer so from now on; null: never. Gets the number of the request.</summary>
    public void Behave(Func<int, Status?> behaviour, params int[] servers)
    {
        foreach (var server in servers) _behaviours[server] = behaviour;
    }

    public void Behave(Status? always, params int[] servers) => Behave(_ => always, servers);

    /// <summary>Sends so many requests, one after the other, and lets no time pass. Gives the answers.</summary>
    public List<Message> Ask(int requests)
    {
        var answers = new List<Message>();
        for (var i = 0; i < requests; i++)
        {
            Mesh.Send(_client, Request(++_id));
            answers.AddRange(Mesh.Received(_client));
        }

        return answers;
    }

    /// <summary>Replaces the cluster's configuration.</summary>
    public void Configure(Func<ClusterConfig, ClusterConfig> change) => Mesh.Apply([Route()], [change(Mesh.Proxy.Clusters.Single().Config)]);

    public long Figure(string name) => Mesh.Figure($"cluster.main.{name}");

    public void Pass(double seconds)
    {
        Mesh.Kernel.AdvanceTime(TimeSpan.FromSeconds(seconds));
        Mesh.Received(_client);
    }

    public void Dispose() => Mesh.Dispose();

    private void Answers(int server, MemoryPeer peer)
    {
        while (peer.Received.Length >= 8)
        {
            var length = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(peer.Received[4..]);
            if (peer.Received.Length < length) return;
            var message = Message.ReadAsync(new MemoryStream(peer.Take(length))).AsTask().GetAwaiter().GetResult()!;
            if (message.Type == MessageType.Heartbeat && IsAlive[server]) peer.Send(new Message(MessageType.HeartbeatAnswer, message.Id).ToBytes());
            if (message.Type != MessageType.Request) continue;
            if (_behaviours[server](_asked[server]++) is { } status) peer.Send(Answer(message, status).ToBytes());
        }
    }
}
