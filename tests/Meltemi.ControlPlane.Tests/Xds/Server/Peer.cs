using System.Collections.Immutable;
using System.Security.Cryptography;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Client;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>
/// A client that keeps what it got, in either dialect, on an aggregated stream or one for a single type. It accepts everything and checks what any client may
/// rely on: nonces are new, no resource comes twice in a response, types fit.
/// </summary>
internal abstract class Peer : IDisposable
{
    private readonly HashSet<string> _nonces = [];
    private readonly Dictionary<string, HashSet<string>> _wanted = [];
    private Task<PeerResponse>? _next;

    /// <summary>Type to name to version.</summary>
    public Dictionary<string, Dictionary<string, string>> State { get; } = [];

    /// <summary>How many responses came.</summary>
    public int Responses { get; private set; }

    public static Peer Open(GrpcChannel channel, bool delta, string? onlyType = null, string id = "peer")
    {
        var (service, what) = XdsService.Of(onlyType);
        return delta
            ? new DeltaPeer(channel.Open(
                new GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(service, $"Delta{what}", DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser)), id)
            : new SotwPeer(channel.Open(
                new GrpcMethod<DiscoveryRequest, DiscoveryResponse>(service, $"Stream{what}", DiscoveryRequest.Parser, DiscoveryResponse.Parser)), id);
    }

    public IReadOnlySet<string> WantedOf(string type) => _wanted.GetValueOrDefault(type) ?? [];

    public Dictionary<string, string> Of(string type) => State.TryGetValue(type, out var known) ? known : State[type] = new(StringComparer.Ordinal);

    public abstract Task SubscribeAsync(string type, params string[] names);

    public abstract Task UnsubscribeAsync(string type, params string[] names);

    /// <summary>Everything, in the old way: no names.</summary>
    public abstract Task WildcardAsync(string type);

    /// <summary>Reads, keeps and accepts the next response.</summary>
    public async Task<PeerResponse> ReadAsync()
    {
        var response = await (_next ??= NextAsync());
        _next = null;
        Responses++;
        Assert.True(_nonces.Add(response.Nonce), "a nonce came twice");
        Assert.NotEqual("", response.Nonce);
        Assert.Distinct(response.Resources.Select(one => one.Name).Concat(response.Removed));
        Assert.All(response.Resources, one => Assert.Equal(response.Type, one.Type));
        Apply(response);
        await AckAsync(response);
        return response;
    }

    /// <summary>Reads whatever comes until the state is there.</summary>
    public async Task ReadUntilAsync(Func<bool> state, string what)
    {
        for (var end = DateTime.UtcNow + Mesh.Limit; !state();)
        {
            Assert.True(DateTime.UtcNow < end, $"waited in vain for {what}");
            _next ??= NextAsync();
            if (await Task.WhenAny(_next, Task.Delay(5)) == _next) await ReadAsync();
        }
    }

    public abstract void Dispose();

    protected HashSet<string> NamesOf(string type) => _wanted.TryGetValue(type, out var names) ? names : _wanted[type] = [];

    protected abstract Task<PeerResponse> NextAsync();

    protected abstract Task AckAsync(PeerResponse response);

    private void Apply(PeerResponse response)
    {
        var state = Of(response.Type);
        if (response.IsComplete) state.Clear();
        foreach (var one in response.Resources) state[one.Name] = one.Version;
        foreach (var name in response.Removed) state.Remove(name);
    }

    private sealed class DeltaPeer(GrpcCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, string id) : Peer
    {
        private bool _introduced;

        public override Task SubscribeAsync(string type, params string[] names)
        {
            NamesOf(type).UnionWith(names);
            return SendAsync(new() { TypeUrl = type, ResourceNamesSubscribe = { names } });
        }

        public override Task UnsubscribeAsync(string type, params string[] names)
        {
            NamesOf(type).ExceptWith(names);
            foreach (var name in names) Of(type).Remove(name);
            return SendAsync(new() { TypeUrl = type, ResourceNamesUnsubscribe = { names } });
        }

        public override Task WildcardAsync(string type) => SendAsync(new() { TypeUrl = type });

        public override void Dispose() => call.Dispose();

        protected override async Task<PeerResponse> NextAsync()
        {
            var response = await call.ReadAsync().AsTask().WaitAsync(Mesh.Limit) ?? throw new InvalidOperationException("the stream ended");
            var resources = response.Resources.Select(one => new XdsResource(one.Resource_.TypeUrl, one.Name, one.Version, one.Resource_.Value));
            return new(response.TypeUrl, response.Nonce, [.. resources], [.. response.RemovedResources], false, "");
        }

        protected override Task AckAsync(PeerResponse response) => SendAsync(new() { TypeUrl = response.Type, ResponseNonce = response.Nonce });

        private Task SendAsync(DeltaDiscoveryRequest request)
        {
            if (!_introduced) request.Node = new Node { Id = id };
            _introduced = true;
            return call.WriteAsync(request);
        }
    }

    private sealed class SotwPeer(GrpcCall<DiscoveryRequest, DiscoveryResponse> call, string id) : Peer
    {
        private readonly Dictionary<string, (string Nonce, string Version)> _last = [];
        private bool _introduced;

        public override Task SubscribeAsync(string type, params string[] names)
        {
            NamesOf(type).UnionWith(names);
            return SendAsync(type);
        }

        public override Task UnsubscribeAsync(string type, params string[] names)
        {
            NamesOf(type).ExceptWith(names);
            foreach (var name in names) Of(type).Remove(name);
            return SendAsync(type);
        }

        public override Task WildcardAsync(string type) => SendAsync(type);

        public override void Dispose() => call.Dispose();

        protected override async Task<PeerResponse> NextAsync()
        {
            var response = await call.ReadAsync().AsTask().WaitAsync(Mesh.Limit) ?? throw new InvalidOperationException("the stream ended");
            var resources = response.Resources.Select(any => new XdsResource(any.TypeUrl, NameOf(any), VersionOf(any.Value), any.Value)).ToImmutableArray();
            _last[response.TypeUrl] = (response.Nonce, response.VersionInfo);
            var isRoot = response.TypeUrl is XdsTypes.Cluster or XdsTypes.Listener;
            var none = isRoot ? [] : resources.Where(one => one.Type == XdsTypes.Endpoints && one.Body.Length == 2 + one.Name.Length).Select(one => one.Name).ToArray();
            return new(response.TypeUrl, response.Nonce, [.. resources.Where(one => !none.Contains(one.Name))], none, isRoot, response.VersionInfo);
        }

        protected override Task AckAsync(PeerResponse response) => SendAsync(response.Type);

        private Task SendAsync(string type)
        {
            var (nonce, version) = _last.GetValueOrDefault(type, ("", ""));
            var request = new DiscoveryRequest { TypeUrl = type, ResponseNonce = nonce, VersionInfo = version, ResourceNames = { NamesOf(type) } };
            if (!_introduced) request.Node = new Node { Id = id };
            _introduced = true;
            return call.WriteAsync(request);
        }

        // As the source gives it: of the content.
        private static string VersionOf(ByteString body) => Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16));

        // Field 1 of each type is its name.
        private static string NameOf(Any any)
        {
            var input = any.Value.CreateCodedInput();
            input.ReadTag();
            return input.ReadString();
        }
    }
}

/// <summary>What came: resources, and names that are gone. In state of the world an assignment without endpoints says that there are none.</summary>
internal sealed record PeerResponse(
    string Type, string Nonce, ImmutableArray<XdsResource> Resources, string[] Removed, bool IsComplete, string Version)
{
    public string[] Names => [.. Resources.Select(one => one.Name).Order(StringComparer.Ordinal)];
}
