using Envoy.Config.Route.V3;
using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>
/// Random changes against clients that ask as Envoy does: whatever happens, no client ever has a route to a cluster, or to endpoints, that it was not given, and in
/// the end every client has exactly what there is.
/// </summary>
public class ChurnTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    public async Task A_client_never_sees_a_reference_before_its_target_and_ends_with_what_there_is(bool delta, int seed)
    {
        var random = new Random(seed);
        await using var mesh = await Mesh.StartAsync(new() { RemovalDelay = TimeSpan.FromMilliseconds(5), MaxWarming = TimeSpan.FromMinutes(10) });
        var services = new Dictionary<string, (string Cluster, int Version)>();
        Change(mesh, services, random);
        using var client = new EnvoyLike(Peer.Open(mesh.Channel, delta));
        await client.StartAsync();
        var running = client.RunAsync();

        for (var i = 0; i < 300; i++)
        {
            Change(mesh, services, random);
            if (random.Next(3) == 0) await Task.Delay(random.Next(3)); // Some changes meet a busy client, some an idle one.
        }

        mesh.Source.Set([.. Resources(services), Listener("end", "end"), Route("end", "")]);
        await running.WaitAsync(Mesh.Limit);
        await client.SettleAsync(() => mesh.Server.Clients.All.Single());
        foreach (var type in XdsTypes.InOrder)
        {
            var expected = Resources(services).Append(Listener("end", "end")).Append(Route("end", ""))
                .Where(one => one.Type == type).OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => (one.Name, one.Version));
            Assert.Equal(expected, client.Peer.Of(type).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)));
        }
    }

    /// <summary>Services come, change their cluster, their endpoints or nothing, and go, a few at a time.</summary>
    private static void Change(Mesh mesh, Dictionary<string, (string Cluster, int Version)> services, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var name = $"s{random.Next(12)}";
            if (!services.TryGetValue(name, out var now)) services[name] = ($"{name}-v{random.Next(3)}", 0);
            else if (random.Next(4) == 0) services.Remove(name);
            else if (random.Next(2) == 0) services[name] = ($"{name}-v{random.Next(3)}", now.Version);
            else services[name] = (now.Cluster, now.Version + 1);
        }

        mesh.Source.Set([.. Resources(services)]);
    }

    private static IEnumerable<XdsResource> Resources(Dictionary<string, (string Cluster, int Version)> services) => services.SelectMany(
        one => (XdsResource[])
        [
            Cluster(one.Value.Cluster, "1"), Endpoints(one.Value.Cluster, $"{one.Value.Version}"), Listener(one.Key, one.Key), Route(one.Key, one.Value.Cluster),
        ]);

    /// <summary>Wants all clusters and listeners, and what these name.</summary>
    private sealed class EnvoyLike(Peer peer) : IDisposable
    {
        private readonly Dictionary<string, string> _clusterOfRoute = [];

        public Peer Peer => peer;

        public async Task StartAsync()
        {
            await peer.WildcardAsync(XdsTypes.Cluster);
            await peer.WildcardAsync(XdsTypes.Listener);
        }

        /// <summary>Until the last listener is there with its route.</summary>
        public async Task RunAsync()
        {
            while (!peer.Of(XdsTypes.Route).ContainsKey("end")) await TakeAsync();
        }

        /// <summary>Until the server has nothing more to say.</summary>
        public async Task SettleAsync(Func<XdsClient> client)
        {
            while (XdsTypes.InOrder.Any(type => !Same(client().Current, type))) await TakeAsync();
        }

        public void Dispose() => peer.Dispose();

        private bool Same(IXdsSnapshot current, string type) =>
            peer.Of(type).Count == current.All(type).Count && peer.Of(type).All(one => current.Find(type, one.Key)?.Version == one.Value);

        private async Task TakeAsync()
        {
            var response = await peer.ReadAsync();
            foreach (var one in response.Resources.Where(one => one.Type == XdsTypes.Route))
                _clusterOfRoute[one.Name] = RouteConfiguration.Parser.ParseFrom(one.Body).VirtualHosts[0].Name;
            if (response.Type == XdsTypes.Cluster) await WantAsync(XdsTypes.Endpoints, peer.Of(XdsTypes.Cluster).Keys);
            if (response.Type == XdsTypes.Listener) await WantAsync(XdsTypes.Route, peer.Of(XdsTypes.Listener).Keys); // A listener's route has its name.
            Check(response);
        }

        private async Task WantAsync(string type, IEnumerable<string> names)
        {
            var wanted = names.ToHashSet();
            var (more, fewer) = (wanted.Except(peer.WantedOf(type)).ToArray(), peer.WantedOf(type).Except(wanted).ToArray());
            if (fewer.Length > 0) await peer.UnsubscribeAsync(type, fewer);
            if (more.Length > 0) await peer.SubscribeAsync(type, more);
        }

        private void Check(PeerResponse after)
        {
            foreach (var route in peer.Of(XdsTypes.Route).Keys.Where(peer.Of(XdsTypes.Listener).ContainsKey))
            {
                var cluster = _clusterOfRoute[route];
                if (cluster.Length == 0) continue;
                var what = $"after {after.Type} {string.Join(",", after.Names)} -{string.Join(",", after.Removed)}: route {route} leads to {cluster}";
                Assert.True(peer.Of(XdsTypes.Cluster).ContainsKey(cluster), $"{what}, which is not there");
                Assert.True(peer.Of(XdsTypes.Endpoints).ContainsKey(cluster), $"{what}, whose endpoints are not there");
            }
        }
    }
}
