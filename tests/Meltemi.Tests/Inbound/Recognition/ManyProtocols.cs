using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Protocols.Bolt;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Protocols.Recognition;
using Meltemi.Tests.Support;
using Meltemi.Transport;

namespace Meltemi.Tests.Inbound.Recognition;

/// <summary>A listener for Bolt, Dubbo, Thrift and AwesomeRPC, each with a server of its own, and one for what is none of them.</summary>
internal sealed class ManyProtocols : IDisposable
{
    public const string Bytes = "bytes";

    private static readonly CodecOptions Options = new();

    public static readonly ICodec[] Codecs = [new BoltCodec(Options), new DubboCodec(Options), new ThriftCodec(Options), new AwesomeRpcCodecFactory().Create(Options)];

    private readonly Dictionary<string, MemoryServer> _servers = new(StringComparer.Ordinal);
    private readonly MemoryMesh _mesh = new();

    public ManyProtocols()
    {
        foreach (var name in Codecs.Select(codec => codec.Info.Name).Append(Bytes)) _servers[name] = _mesh.Kernel.Serve();
    }

    public MemoryMesh Mesh => _mesh;

    public MemoryServer Server(string name) => _servers[name];

    /// <summary>Takes over a listener; as it is by default it never gives up on clients.</summary>
    public void Listen(Func<ListenerConfig, ListenerConfig>? change = null, params ICodec[] codecs)
    {
        var listener = new ListenerConfig
        {
            Name = "front",
            Addresses = [MemoryMesh.Front],
            Chain = ForBytes(),
            Recognition = new() { Chains = [.. (codecs.Length > 0 ? codecs : Codecs).Select(Recognised)], Timeout = TimeSpan.Zero },
        };
        var clusters = _servers.Select(server => MemoryMesh.Cluster(server.Key, [server.Value]));
        Assert.Empty(_mesh.Proxy.Apply(new ProxyConfig { Listeners = [change?.Invoke(listener) ?? listener], Clusters = [.. clusters] }));
        _mesh.Kernel.RunUntilIdle();
    }

    public static ListenerConfig WithTimeout(ListenerConfig listener, int milliseconds, bool fallBack) =>
        listener with { Recognition = listener.Recognition! with { Timeout = TimeSpan.FromMilliseconds(milliseconds), FallBackAfterTimeout = fallBack } };

    public static TcpChainConfig ForBytes() => new() { StatPrefix = Bytes, Clusters = [new(Bytes, 1)] };

    public static RecognisedChainConfig Recognised(ICodec codec) => new(codec.Info.Name, [codec], For(codec));

    public static ProtocolChainConfig For(ICodec codec, string? cluster = null) => new()
    {
        StatPrefix = codec.Info.Name,
        Codec = codec,
        Routes = new RouteTableConfig { Routes = [MemoryMesh.Route(to: cluster ?? codec.Info.Name)] },
    };

    /// <summary>A call that a client of the protocol may begin with.</summary>
    public static byte[] FirstCall(string protocol) =>
        RecogniserTable.All.First(row => row.Name == protocol).First.First(sample => sample.Kind == MessageKind.Request).Bytes;

    public MemoryPeer Client() => _mesh.Client();

    public void Send(MemoryPeer client, params byte[][] pieces)
    {
        foreach (var piece in pieces)
        {
            client.Send(piece);
            _mesh.Kernel.RunUntilIdle();
        }
    }

    /// <summary>A figure of the listener; 0 if it has none of the name.</summary>
    public long Figure(string name) => _mesh.Proxy.Metrics.FindFigure($"listener.front.{name}") ?? 0;

    public void Dispose() => _mesh.Dispose();
}
