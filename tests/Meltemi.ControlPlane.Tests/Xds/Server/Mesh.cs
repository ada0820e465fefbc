using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;

using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Grpc.Server;
using Meltemi.Xds.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>An xDS server on loopback, and clients that say exactly what a test tells them to.</summary>
internal sealed class Mesh : IAsyncDisposable
{
    public static readonly TimeSpan Limit = Wait.Limit;
    private const string Ads = "envoy.service.discovery.v3.AggregatedDiscoveryService";

    /// <summary>What is gone is taken away as soon as what replaces it was accepted.</summary>
    public static readonly XdsServerOptions Prompt = new() { RemovalDelay = TimeSpan.Zero };

    private readonly GrpcHost _host;
    private readonly XdsServer _server;
    private readonly GrpcChannel _channel;

    private Mesh(GrpcHost host, XdsServer server, TestSource source)
    {
        (_host, _server, Source) = (host, server, source);
        _channel = new(new Uri($"http://{host.EndPoint}"), new GrpcChannelOptions());
    }

    public TestSource Source { get; }

    public XdsServer Server => _server;

    public GrpcChannel Channel => _channel;

    public Uri Address => new($"http://{_host.EndPoint}");

    public static async Task<Mesh> StartAsync(XdsServerOptions? options = null)
    {
        var source = new TestSource();
        var server = new XdsServer(source, options ?? Prompt, NullLogger.Instance);
        return new(await GrpcHost.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), server.Map), server, source);
    }

    public DeltaClient Delta(string service = Ads, string method = "DeltaAggregatedResources") => new(_channel.Open(
        new GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(service, method, DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser)));

    public SotwClient Sotw(string service = Ads, string method = "StreamAggregatedResources") => new(_channel.Open(
        new GrpcMethod<DiscoveryRequest, DiscoveryResponse>(service, method, DiscoveryRequest.Parser, DiscoveryResponse.Parser)));

    /// <summary>Waits until a client was heard to say this.</summary>
    public Task SaidAsync(string what) => Wait.Until(() => Source.Said.Contains(what), $"'{what}' to be said");

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
        _server.Dispose();
    }

    internal static string Short(string type) => type[(type.LastIndexOf('.') + 1)..];
}

/// <summary>A client of the delta dialect.</summary>
internal sealed class DeltaClient(GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call) : IDisposable
{
    private bool _introduced;

    public DeltaDiscoveryResponse Last { get; private set; } = new();

    public Task SendAsync(string type, string[]? subscribe = null, string[]? unsubscribe = null, Dictionary<string, string>? held = null, string nonce = "", string? error = null, string id = "me")
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = nonce };
        if (!_introduced) request.Node = new Node { Id = id };
        _introduced = true;
        request.ResourceNamesSubscribe.Add(subscribe ?? []);
        request.ResourceNamesUnsubscribe.Add(unsubscribe ?? []);
        request.InitialResourceVersions.Add(held ?? []);
        if (error is not null) request.ErrorDetail = new Google.Rpc.Status { Code = 3, Message = error };
        return call.WriteAsync(request);
    }

    /// <summary>The next response: <c>Cluster +a +b -c</c>.</summary>
    public async Task<string> NextAsync(bool ack = true)
    {
        Last = await call.ReadAsync().AsTask().WaitAsync(Mesh.Limit) ?? throw new InvalidOperationException("the stream ended");
        if (ack) await SendAsync(Last.TypeUrl, nonce: Last.Nonce);
        return string.Join(' ', [Mesh.Short(Last.TypeUrl), .. Last.Resources.Select(one => $"+{one.Name}"), .. Last.RemovedResources.Select(name => $"-{name}")]);
    }

    public Task<DeltaDiscoveryResponse?> EndAsync() => call.ReadAsync().AsTask().WaitAsync(Mesh.Limit);

    public void Dispose() => call.Dispose();
}

/// <summary>A client of the state-of-the-world dialect.</summary>
internal sealed class SotwClient(GrpcCall<DiscoveryRequest, DiscoveryResponse> call, string id = "me") : IDisposable
{
    private readonly Dictionary<string, string[]> _names = new(StringComparer.Ordinal);
    private bool _introduced;

    public DiscoveryResponse Last { get; private set; } = new();

    public Task SendAsync(string type, string[]? names = null, string nonce = "", string? error = null)
    {
        if (names is not null) _names[type] = names;
        var request = new DiscoveryRequest { TypeUrl = type, ResponseNonce = nonce };
        if (!_introduced) request.Node = new Node { Id = id };
        _introduced = true;
        request.ResourceNames.Add(_names.GetValueOrDefault(type, []));
        if (error is not null) request.ErrorDetail = new Google.Rpc.Status { Code = 3, Message = error };
        return call.WriteAsync(request);
    }

    /// <summary>The next response: <c>Cluster a b</c>.</summary>
    public async Task<string> NextAsync(bool ack = true)
    {
        Last = await call.ReadAsync().AsTask().WaitAsync(Mesh.Limit) ?? throw new InvalidOperationException("the stream ended");
        if (ack) await SendAsync(Last.TypeUrl, nonce: Last.Nonce);
        return string.Join(' ', [Mesh.Short(Last.TypeUrl), .. Last.Resources.Select(NameOf)]);
    }

    public void Dispose() => call.Dispose();

    // Field 1 of each type is its name.
    private static string NameOf(Google.Protobuf.WellKnownTypes.Any any)
    {
        var input = any.Value.CreateCodedInput();
        input.ReadTag();
        return input.ReadString();
    }
}
