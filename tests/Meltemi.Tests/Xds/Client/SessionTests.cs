using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Client;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Server;
using DeltaSession = Meltemi.Xds.Client.DeltaSession;
using StateOfTheWorldSession = Meltemi.Xds.Client.StateOfTheWorldSession;

namespace Meltemi.Tests.Xds.Client;

/// <summary>What is said on a stream, message by message, without a stream.</summary>
public class SessionTests
{
    private readonly Dictionary<string, TypeState> _types = [];
    private readonly Taker _taker = new();
    private readonly Node _node = new() { Id = "n" };

    [Fact]
    public void Delta_begins_with_the_node_and_everything_of_what_is_wanted_as_a_whole()
    {
        All(XdsTypes.Listener);
        All(XdsTypes.Cluster);
        var session = Delta();

        var clusters = session.Next()!;
        Assert.Equal(("n", XdsTypes.Cluster, ""), (clusters.Node.Id, clusters.TypeUrl, clusters.ResponseNonce));
        Assert.Empty(clusters.ResourceNamesSubscribe);
        var listeners = session.Next()!;
        Assert.Equal((null, XdsTypes.Listener), (listeners.Node, listeners.TypeUrl));
        Assert.Null(session.Next());
    }

    [Fact]
    public void Delta_acknowledges_with_the_nonce()
    {
        All(XdsTypes.Cluster);
        var session = Opened(Delta());
        session.Received(Response(XdsTypes.Cluster, "1", Resource("a", "v1"), Resource("b", "v1")));

        Assert.Equal(["a v1", "b v1"], _taker.Taken());
        var ack = session.Next()!;
        Assert.Equal((XdsTypes.Cluster, "1", null), (ack.TypeUrl, ack.ResponseNonce, ack.ErrorDetail));
        Assert.Null(session.Next());
    }

    [Fact]
    public void Delta_refuses_with_the_reasons_and_keeps_the_rest()
    {
        All(XdsTypes.Cluster);
        var session = Opened(Delta());
        session.Received(Response(XdsTypes.Cluster, "1", Resource("a", "v1")));
        _ = session.Next();
        _taker.Refuse["a"] = "lb_policy: bad";
        session.Received(Response(XdsTypes.Cluster, "2", Resource("a", "v2"), Resource("b", "v1")));

        var nack = session.Next()!;
        Assert.Equal(("2", (int)GrpcStatusCode.InvalidArgument, "a: lb_policy: bad"), (nack.ResponseNonce, nack.ErrorDetail.Code, nack.ErrorDetail.Message));
        Assert.Equal([("a", "v1"), ("b", "v1")], Held(XdsTypes.Cluster));
    }

    [Fact]
    public void What_is_as_it_was_is_no_news_unless_something_was_refused_in_between()
    {
        All(XdsTypes.Cluster);
        var session = Opened(Delta());
        session.Received(Response(XdsTypes.Cluster, "1", Resource("a", "v1")));
        _ = _taker.Taken();
        session.Received(Response(XdsTypes.Cluster, "2", Resource("a", "v1")));
        Assert.Empty(_taker.Taken());

        _taker.Refuse["a"] = "bad";
        session.Received(Response(XdsTypes.Cluster, "3", Resource("a", "v2")));
        _taker.Refuse.Clear();
        _ = _taker.Taken();
        session.Received(Response(XdsTypes.Cluster, "4", Resource("a", "v1")));
        Assert.Equal(["a v1"], _taker.Taken());
    }

    [Fact]
    public void Delta_says_what_it_holds_after_a_reconnect()
    {
        All(XdsTypes.Cluster);
        Want(XdsTypes.Endpoints, "e1", "e2");
        var session = Opened(Delta());
        session.Received(Response(XdsTypes.Cluster, "1", Resource("a", "v1"), Resource("b", "v2")));
        session.Received(Response(XdsTypes.Endpoints, "1", Resource("e1", "v3")));
        Drop(XdsTypes.Endpoints, "e1");

        var again = Delta();
        Assert.Equal([("a", "v1"), ("b", "v2")], again.Next()!.InitialResourceVersions.Select(pair => (pair.Key, pair.Value)).Order());
        var endpoints = again.Next()!;
        Assert.Empty(endpoints.InitialResourceVersions);
        Assert.Equal(["e2"], endpoints.ResourceNamesSubscribe);
    }

    [Fact]
    public void Delta_says_what_more_and_what_no_longer_is_wanted()
    {
        var session = Delta();
        Assert.Null(session.Next());
        Want(XdsTypes.Endpoints, "a", "b");
        Assert.Equal(["a", "b"], session.Next()!.ResourceNamesSubscribe);
        Want(XdsTypes.Endpoints, "c");
        Drop(XdsTypes.Endpoints, "a");
        var change = session.Next()!;
        Assert.Equal(("c", "a"), (Assert.Single(change.ResourceNamesSubscribe), Assert.Single(change.ResourceNamesUnsubscribe)));
        Assert.Null(session.Next());
    }

    [Fact]
    public void Delta_passes_on_removals_also_of_what_was_never_there()
    {
        All(XdsTypes.Cluster);
        Want(XdsTypes.Endpoints, "e");
        var session = Opened(Delta());
        session.Received(Response(XdsTypes.Cluster, "1", Resource("a", "v1")));
        _ = _taker.Taken();
        session.Received(new DeltaDiscoveryResponse { TypeUrl = XdsTypes.Cluster, Nonce = "2", RemovedResources = { "a" } });
        session.Received(new DeltaDiscoveryResponse { TypeUrl = XdsTypes.Endpoints, Nonce = "3", RemovedResources = { "e", "stranger" } });
        Assert.Equal(["-a", "-e"], _taker.Taken());
        Assert.Empty(Held(XdsTypes.Cluster));
    }

    [Fact]
    public void A_response_that_breaks_the_rules_is_refused_as_far_as_it_does()
    {
        All(XdsTypes.Cluster);
        var session = Opened(Delta());
        var response = Response(XdsTypes.Cluster, "1", Resource("a", "v1"), Resource("a", "v2"));
        response.Resources.Add(new Resource { Name = "l", Version = "1", Resource_ = new Any { TypeUrl = XdsTypes.Listener } });
        session.Received(response);
        Assert.Equal(["a v1"], _taker.Taken());
        var text = session.Next()!.ErrorDetail.Message;
        Assert.Contains("'a' is there twice", text);
        Assert.Contains($"'l' is of type {XdsTypes.Listener}", text);
    }

    [Fact]
    public void What_nobody_asked_for_is_left_alone()
    {
        All(XdsTypes.Cluster);
        var session = Opened(Delta());
        session.Received(Response(XdsTypes.Endpoints, "1", Resource("e", "v1")));
        session.Received(Response("unknown", "2", Resource("u", "v1")));
        Assert.Empty(_taker.Taken());
        Assert.Null(session.Next());
    }

    [Fact]
    public void The_older_protocol_names_everything_each_time()
    {
        All(XdsTypes.Cluster);
        Want(XdsTypes.Endpoints, "b", "a");
        var session = Older();
        var clusters = session.Next()!;
        Assert.Equal(("n", XdsTypes.Cluster, "", ""), (clusters.Node.Id, clusters.TypeUrl, clusters.VersionInfo, clusters.ResponseNonce));
        Assert.Equal(["a", "b"], session.Next()!.ResourceNames);

        session.Received(Full(XdsTypes.Endpoints, "v1", "n1", Assignment("a")));
        Want(XdsTypes.Endpoints, "c");
        var ack = session.Next()!;
        Assert.Equal(("v1", "n1", null), (ack.VersionInfo, ack.ResponseNonce, ack.ErrorDetail));
        Assert.Equal(["a", "b", "c"], ack.ResourceNames);
        Assert.Null(session.Next());
        Drop(XdsTypes.Endpoints, "a");
        var change = session.Next()!;
        Assert.Equal(("v1", "n1"), (change.VersionInfo, change.ResponseNonce));
        Assert.Equal(["b", "c"], change.ResourceNames);
    }

    [Fact]
    public void In_the_older_protocol_what_is_missing_of_listeners_and_clusters_is_gone_and_of_others_is_not()
    {
        All(XdsTypes.Cluster);
        Want(XdsTypes.Endpoints, "a", "b");
        var session = Opened(Older());
        session.Received(Full(XdsTypes.Cluster, "1", "n", Cluster("a"), Cluster("b")));
        session.Received(Full(XdsTypes.Endpoints, "1", "n", Assignment("a"), Assignment("b")));
        _ = _taker.Taken();
        session.Received(Full(XdsTypes.Cluster, "2", "n", Cluster("b")));
        session.Received(Full(XdsTypes.Endpoints, "2", "n", Assignment("b")));
        Assert.Equal(["-a"], _taker.Taken());
        session.Received(Full(XdsTypes.Cluster, "3", "n"));
        Assert.Equal(["-b"], _taker.Taken());
    }

    [Fact]
    public void A_refusal_in_the_older_protocol_says_the_version_that_is_in_force_and_removes_nothing()
    {
        All(XdsTypes.Cluster);
        var session = Opened(Older());
        session.Received(Full(XdsTypes.Cluster, "1", "n1", Cluster("a")));
        _ = session.Next();
        _taker.Refuse["a"] = "bad";
        session.Received(Full(XdsTypes.Cluster, "2", "n2", new Envoy.Config.Cluster.V3.Cluster { Name = "a", MaxRequestsPerConnection = 1 }));
        var nack = session.Next()!;
        Assert.Equal(("1", "n2", "a: bad"), (nack.VersionInfo, nack.ResponseNonce, nack.ErrorDetail.Message));
        Assert.Equal([("a", "1")], Held(XdsTypes.Cluster));
        Assert.Equal("1", Opened(Older(), out var first) is not null ? first.VersionInfo : null);
    }

    [Fact]
    public void A_server_that_does_not_take_answers_is_left()
    {
        All(XdsTypes.Cluster);
        var session = Opened(Delta());
        var e = Assert.Throws<GrpcException>(() =>
        {
            for (var i = 0; i < 1000; i++) session.Received(Response(XdsTypes.Cluster, $"{i}"));
        });
        Assert.Equal(GrpcStatusCode.ResourceExhausted, e.StatusCode);
    }

    private void All(string type)
    {
        State(type).IsWildcard = true;
        State(type).Changes++;
    }

    private void Want(string type, params string[] names)
    {
        State(type).Names.UnionWith(names);
        State(type).Changes++;
    }

    private void Drop(string type, string name)
    {
        State(type).Names.Remove(name);
        State(type).Changes++;
    }

    private TypeState State(string type) => _types.TryGetValue(type, out var state) ? state : _types[type] = new(type);

    private IEnumerable<(string, string)> Held(string type) => State(type).Held.Values.Select(resource => (resource.Name, resource.Version)).Order();

    private DeltaSession Delta() => new(_node, _types, _taker);

    private StateOfTheWorldSession Older() => new(_node, _types, _taker);

    private static DeltaSession Opened(DeltaSession session)
    {
        while (session.Next() is not null) { }
        return session;
    }

    private static StateOfTheWorldSession Opened(StateOfTheWorldSession session) => Opened(session, out _);

    private static StateOfTheWorldSession Opened(StateOfTheWorldSession session, out DiscoveryRequest first)
    {
        first = session.Next()!;
        while (session.Next() is not null) { }
        return session;
    }

    private static Resource Resource(string name, string version) => new() { Name = name, Version = version, Resource_ = new Any { Value = ByteString.CopyFromUtf8(version) } };

    private static DeltaDiscoveryResponse Response(string type, string nonce, params Resource[] resources)
    {
        foreach (var resource in resources) resource.Resource_.TypeUrl = type;
        return new() { TypeUrl = type, Nonce = nonce, Resources = { resources } };
    }

    private static DiscoveryResponse Full(string type, string version, string nonce, params IMessage[] resources) => new()
    {
        TypeUrl = type,
        VersionInfo = version,
        Nonce = nonce,
        Resources = { resources.Select(Any.Pack) },
    };

    private static Envoy.Config.Cluster.V3.Cluster Cluster(string name) => new() { Name = name };

    private static Envoy.Config.Endpoint.V3.ClusterLoadAssignment Assignment(string name) => new() { ClusterName = name };

    private sealed class Taker : IXdsHandler
    {
        private readonly List<string> _taken = [];

        public Dictionary<string, string> Refuse { get; } = [];

        public string[] Taken()
        {
            string[] taken = [.. _taken];
            _taken.Clear();
            return taken;
        }

        public IReadOnlyList<XdsRejection> Received(XdsUpdate update)
        {
            _taken.AddRange(update.Changed.Select(resource => $"{resource.Name} {resource.Version}"));
            _taken.AddRange(update.Removed.Select(name => "-" + name));
            return [.. update.Changed.Where(resource => Refuse.ContainsKey(resource.Name)).Select(resource => new XdsRejection(resource.Name, Refuse[resource.Name]))];
        }

        public void Connected(string server, bool delta) { }

        public void Disconnected(string server, string reason, bool wasConnected) { }
    }
}
