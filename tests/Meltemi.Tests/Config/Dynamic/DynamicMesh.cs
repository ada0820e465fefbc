using System.Net;
using AwesomeRpc;
using AwesomeRpc.Codec;
using Envoy.Config.Core.V3;
using Meltemi.Codec;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Dynamic;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>A proxy in memory that follows control planes which the test plays. Disposing it checks that nothing is left over.</summary>
internal sealed class DynamicMesh : IDisposable
{
    public static ControlPlaneConfig Controller { get; } = new() { Servers = [new(null, "cp:15010")], Delta = true };

    private readonly List<Exception> _errors = [];

    public DynamicMesh(DynamicConfig? config = null)
    {
        Loop = new EventLoop(Kernel, new LoopOptions { OnUnhandled = (e, _) => _errors.Add(e) });
        Proxy = new DataPlane([Loop], new DataPlaneOptions { Seed = 1, Log = Log.Log });
        var ads = new SourceConfig();
        config ??= new DynamicConfig { Node = new Node { Id = "n" }, Ads = Controller, Listeners = ads, Clusters = ads };
        Follower = new ControlPlaneFollower(Proxy, new CodecRegistry().Add(new AwesomeRpcCodecFactory()), config, Open, Queue, Log.Log);
    }

    public MemoryKernel Kernel { get; } = new();

    public EventLoop Loop { get; }

    public DataPlane Proxy { get; }

    public ManualQueue Queue { get; } = new();

    public CapturedLog Log { get; } = new();

    public ControlPlaneFollower Follower { get; }

    /// <summary>The control planes that are followed, in the order in which they were asked.</summary>
    public List<FakeControlPlane> ControlPlanes { get; } = [];

    public FakeControlPlane Ads => ControlPlanes[0];

    public DynamicMesh Start(ProxyConfig? file = null, params (string Source, XdsResource Resource)[] saved)
    {
        Assert.Empty(Follower.Start(file ?? new ProxyConfig(), saved));
        Settle();
        return this;
    }

    /// <summary>The stream of everything brings resources, and lets the proxy work until it rests; the answer is what was refused.</summary>
    public IReadOnlyList<XdsRejection> Push(params XdsResource[] resources)
    {
        var rejections = resources.GroupBy(resource => resource.Type).SelectMany(group => Ads.Push([.. group], [])).ToList();
        Settle();
        return rejections;
    }

    /// <summary>What must be accepted.</summary>
    public void Give(params XdsResource[] resources) => Assert.Empty(Push(resources));

    public void Remove(string type, params string[] names)
    {
        Ads.Push([], names, type);
        Settle();
    }

    public void Advance(double seconds)
    {
        Queue.Advance(TimeSpan.FromSeconds(seconds));
        Settle();
    }

    public void Settle()
    {
        Queue.RunAll();
        Kernel.RunUntilIdle();
    }

    /// <summary>A client of a listener; null: nobody listens there.</summary>
    public MemoryPeer? Client(int port)
    {
        try
        {
            var peer = Kernel.Dial(new IPEndPoint(IPAddress.Loopback, port));
            Kernel.RunUntilIdle();
            return peer;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public void Send(MemoryPeer from, params Message[] messages)
    {
        from.Send(messages.SelectMany(message => message.ToBytes()).ToArray());
        Kernel.RunUntilIdle();
    }

    /// <summary>What became of a request: the port of the server that got it, or the text of the proxy's answer.</summary>
    public string Ask(MemoryPeer client, string command, params MemoryServer[] servers)
    {
        Send(client, MemoryMesh.Request(_id++, command));
        foreach (var server in servers)
        {
            foreach (var upstream in server.Accepted)
            {
                if (upstream.Received.Length == 0) continue;
                var request = MemoryMesh.ReceivedBy(Kernel, upstream).Single();
                upstream.Send(MemoryMesh.Answer(request).ToBytes());
                Kernel.RunUntilIdle();
                _ = MemoryMesh.ReceivedBy(Kernel, client).Single();
                return $"{((IPEndPoint)server.Address).Port}";
            }
        }

        return MemoryMesh.ReceivedBy(Kernel, client).Single().Text;
    }

    private uint _id = 1;

    public ResourceStatus? Status(string type, string name) => Follower.Status.SingleOrDefault(status => status.Type == type && status.Name == name);

    public void Dispose()
    {
        Proxy.Abort();
        Kernel.AdvanceTime(60_000);
        Assert.Empty(_errors);
        Assert.Equal(0, Loop.Gauges.OpenConnections);
        Log.Verify();
        Loop.Dispose();
    }

    private FakeControlPlane Open(IReadOnlyList<Uri> addresses, bool delta, string? type, IXdsHandler handler)
    {
        var opened = new FakeControlPlane(addresses, delta, type, handler);
        ControlPlanes.Add(opened);
        return opened;
    }
}
