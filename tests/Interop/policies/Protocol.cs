using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Meltemi.Codec;
using Meltemi.Interop.Tests.Dubbo;
using Meltemi.Interop.Tests.Support;
using Meltemi.Interop.Tests.Thrift;
using Meltemi.Protocols.Dubbo;
using Meltemi.Protocols.Thrift;
using Xunit.Sdk;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>What a policy is shown with: each has clients and servers of others that offer the same calls.</summary>
public enum Protocol
{
    /// <summary>sofa-rpc-node with dubbo-remoting: many requests on a connection.</summary>
    Dubbo,

    /// <summary>Apache's python under a THeader: one request after the other on a connection.</summary>
    Thrift,
}

/// <summary>A policy's test, once for each protocol.</summary>
internal sealed class PolicyTheoryAttribute : TheoryAttribute
{
    public PolicyTheoryAttribute(params string[] more) =>
        Skip = Tools.ReasonToSkip([Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift, .. more]);
}

/// <summary>Both.</summary>
internal sealed class EachProtocolAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Protocol.Dubbo], [Protocol.Thrift]];
}

/// <summary>The programs of both.</summary>
internal static class ProtocolPrograms
{
    private static readonly ThriftDialect Header = new("header", "compact", false);
    private static readonly Dictionary<Protocol, Lazy<Task<PeerProcess>>> Shared = new()
    {
        // They end when their standard input does: with the tests.
        [Protocol.Dubbo] = new(() => Protocol.Dubbo.ServeAsync("a,b,c")),
        [Protocol.Thrift] = new(() => Protocol.Thrift.ServeAsync("a,b,c")),
    };

    public static ICodecFactory Codec(this Protocol protocol) => protocol == Protocol.Dubbo ? new DubboCodecFactory() : new ThriftCodecFactory();

    /// <summary>A process with a server for each name, which ends with the test.</summary>
    public static Task<PeerProcess> ServeAsync(this Protocol protocol, string names, int port = 0, params string[] arguments) => protocol == Protocol.Dubbo
        ? DubboPeers.ServeAsync(DubboPeers.SofaServer, names, port, arguments)
        : ThriftPeers.ServeAsync(ThriftPeers.Python, Header, port, ["--name", names, .. arguments]);

    /// <summary>The servers a, b and c, of all tests that do not harm them.</summary>
    public static Task<PeerProcess> ServersAsync(this Protocol protocol) => Shared[protocol].Value;

    /// <summary>A client.</summary>
    public static Task<Caller> ConnectAsync(this Protocol protocol, int port) => protocol.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>A client of another address.</summary>
    public static async Task<Caller> ConnectAsync(this Protocol protocol, IPEndPoint address) => new(protocol == Protocol.Dubbo
        ? await DubboPeers.StartAsync(DubboPeers.Lines, address.Port, "--host", $"{address.Address}")
        : await ThriftPeers.StartAsync(ThriftPeers.Python, address.Port, Header, "--host", $"{address.Address}"));

    /// <summary>The bytes of a call as the client writes it.</summary>
    public static async Task<byte[]> BytesOfAsync(this Protocol protocol, string call)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var caller = await protocol.ConnectAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        var answer = caller.CallAsync(call);
        using var socket = await listener.AcceptSocketAsync().WithinLimit(() => "no client");
        var (codec, bytes, length) = (protocol.Codec().Create(new CodecOptions()), new byte[4096], 0);
        while (!IsWhole(codec, bytes.AsSpan(0, length))) length += await socket.ReceiveAsync(bytes.AsMemory(length)).AsTask().WithinLimit(() => "no call");
        await caller.KillAsync();
        await Assert.ThrowsAsync<IOException>(() => answer);
        return bytes[..length];

        static bool IsWhole(ICodec codec, ReadOnlySpan<byte> bytes)
        {
            var frame = default(Frame);
            return codec.Decode(bytes, Origin.Client, codec.NewConnectionState(Origin.Client), ref frame).Status == DecodeStatus.Complete;
        }
    }
}
