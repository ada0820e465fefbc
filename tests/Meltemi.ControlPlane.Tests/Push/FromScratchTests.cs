using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Resources.Istio;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;

namespace Meltemi.ControlPlane.Tests.Push;

/// <summary>Whatever the changes and their order: the result is that of starting anew with the resources at the end.</summary>
public sealed class FromScratchTests
{
    private static readonly string[] Hosts = ["a.shop.org", "b.shop.org", "c.bank.org", "d.bank.org"];
    private static readonly string[] Namespaces = ["shop", "bank"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Step_by_step_is_the_same_as_from_scratch(int seed)
    {
        var random = new Random(seed);
        var mesh = new TestMesh(new() { VirtualAddresses = "127.240.0.0/16", RootNamespace = "root" });
        var proxies = Connect(mesh);
        for (var step = 0; step < 120; step++)
        {
            var batch = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Next(random, mesh)).DistinctBy(change => change.Key).ToArray();
            mesh.Change(batch);
            if (step % 4 != 0) continue;
            var fresh = mesh.FromScratch();
            AssertSame(mesh.Model, fresh.Model);
            Assert.Equal(fresh.AllProblems(), mesh.AllProblems());
            foreach (var (proxy, anew) in proxies.Zip(Connect(fresh))) Assert.Equal(anew.Everything(), proxy.Everything());
        }
    }

    private static List<TestProxy> Connect(TestMesh mesh) =>
    [
        mesh.Connect("shop"),
        mesh.Connect("bank", labels: [("app", "teller")]),
        mesh.Connect("shop", "10.0.0.1", metadata: ("MELTEMI_INBOUND", "true")),
        mesh.Connect("bank", "10.0.0.2", at: new() { Region = "r1", Zone = "z1" }, metadata: ("INTERCEPTION_MODE", "REDIRECT")),
    ];

    private static (ResourceKey Key, Resource? After) Next(Random random, TestMesh mesh)
    {
        var resource = random.Next(9) switch
        {
            0 or 1 or 2 => Service(random),
            3 => Given.Rule(Pick(random, [.. Hosts, "*.bank.org"]), Pick(random, [.. Namespaces, "root"]), random.Next(5), $"rule{random.Next(3)}",
                subsets: [.. new[] { "v1", "v2" }.Take(random.Next(3))], with: rule => WithPolicy(random, rule)),
            4 => Given.Router(Pick(random, Hosts), Pick(random, Namespaces), random.Next(5), $"router{random.Next(3)}", (Pick(random, Hosts), Pick(random, ["", "v1"]), 100)),
            5 => Workload(random),
            6 => Sidecar(random),
            7 => Patches(random),
            _ => Given.Of(ResourceKinds.ApplicationProtocol, "", "trpc", new ApplicationProtocol { Protocol = "trpc", Codec = $"codec{random.Next(2)}" }),
        };
        return mesh.State.Resources.ContainsKey(resource.Key) && random.Next(3) == 0 ? (resource.Key, null) : (resource.Key, resource);
    }

    private static Resource Service(Random random)
    {
        var service = Given.Service(Pick(random, Hosts), Pick(random, Namespaces), random.Next(5), Pick(random, [Given.Dubbo, "tcp-metaprotocol-trpc", "tcp-raw"]),
            random.Next(20880, 20882), [.. Enumerable.Range(1, random.Next(4)).Select(i => $"10.0.0.{i}/v{random.Next(1, 3)}")],
            entry =>
            {
                if (random.Next(4) == 0) entry.Addresses.Add(Pick(random, ["127.0.0.5", "10.1.1.1"]));
                if (random.Next(4) == 0) entry.ExportTo.Add(Pick(random, [".", "~", "shop"]));
                if (random.Next(5) == 0) entry.Resolution = ServiceEntry.Types.Resolution.Dns;
                if (random.Next(5) == 0)
                {
                    entry.Endpoints.Clear();
                    entry.WorkloadSelector = new() { Labels = { ["app"] = Pick(random, ["x", "y"]) } };
                }

                if (random.Next(6) == 0) entry.Hosts.Add(Pick(random, Hosts));
            });
        return service with { Key = service.Key with { Name = $"service{random.Next(6)}" } };
    }

    private static Resource Workload(Random random) => Given.Of(ResourceKinds.WorkloadEntry, Pick(random, Namespaces), $"w{random.Next(3)}", new WorkloadEntry
    {
        Address = $"10.0.0.{random.Next(1, 4)}",
        Labels = { ["app"] = Pick(random, ["x", "y"]), ["version"] = "v1" },
        Locality = Pick(random, ["", "r1/z1", "r1/z2"]),
    });

    private static Resource Sidecar(Random random)
    {
        var ns = Pick(random, [.. Namespaces, "root"]);
        return Given.Sidecar(ns, $"s{random.Next(2)}", sidecar =>
        {
            sidecar.Egress.Add(new IstioEgressListener { Hosts = { Pick(random, ["*/*", "./*", "*/a.shop.org", "bank/*.bank.org", "~/*"]) } });
            if (random.Next(2) == 0) sidecar.WorkloadSelector = new() { Labels = { ["app"] = "teller" } };
            if (random.Next(3) == 0) sidecar.Egress[0].Port = new() { Number = 20880, Name = "tcp" };
            if (random.Next(3) == 0) sidecar.Ingress.Add(new IstioIngressListener { Port = new() { Number = 9000, Name = "tcp" }, DefaultEndpoint = "127.0.0.1:9001" });
        });
    }

    private static Resource Patches(Random random)
    {
        var (applyTo, operation, value) = Pick(random,
        [
            (ApplyTo.Cluster, Operation.Merge, "{\"alt_stat_name\": \"x\"}"),
            (ApplyTo.Cluster, Operation.Remove, "{}"),
            (ApplyTo.Cluster, Operation.Add, "{\"name\": \"extra\"}"),
            (ApplyTo.HttpRoute, Operation.Merge, "{\"name\": \"patched\"}"),
            (ApplyTo.Listener, Operation.Merge, "{\"transparent\": true}"),
        ]);
        var filter = new EnvoyFilter { Priority = random.Next(2) };
        if (random.Next(2) == 0) filter.WorkloadSelector = new() { Labels = { ["app"] = "teller" } };
        var match = new EnvoyConfigObjectMatch();
        if (applyTo == ApplyTo.Cluster && random.Next(2) == 0) match.Cluster = new() { Service = Pick(random, Hosts) };
        filter.ConfigPatches.Add(new EnvoyConfigObjectPatch
        {
            ApplyTo = applyTo,
            Match = match,
            Patch = new() { Operation = operation, Value = JsonParser.Default.Parse<Struct>(value) },
        });
        return Given.Of(ResourceKinds.EnvoyFilter, Pick(random, [.. Namespaces, "root"]), $"filter{random.Next(2)}", filter);
    }

    private static void WithPolicy(Random random, DestinationRule rule)
    {
        if (random.Next(3) == 0) rule.ExportTo.Add(".");
        if (random.Next(2) == 0) return;
        rule.TrafficPolicy = new() { LoadBalancer = new() { Simple = LoadBalancerSettings.Types.SimpleLB.Random } };
        if (random.Next(2) == 0) return;
        rule.TrafficPolicy.OutlierDetection = new();
        rule.TrafficPolicy.LoadBalancer.LocalityLbSetting = new() { Enabled = true };
    }

    private static void AssertSame(MeshModel expected, MeshModel actual)
    {
        Assert.Equal(expected.Hosts.Keys.Order(StringComparer.Ordinal), actual.Hosts.Keys.Order(StringComparer.Ordinal));
        foreach (var (host, config) in expected.Hosts)
        {
            var other = actual.Hosts[host];
            Assert.Equal(config.Services.AsEnumerable(), other.Services);
            Assert.Equal(config.DestinationRules.Select(Describe), other.DestinationRules.Select(Describe));
            Assert.Equal(config.MetaRouters.Select(Describe), other.MetaRouters.Select(Describe));
        }

        Assert.Equal(
            expected.Endpoints.Values.OrderBy(set => set.Service.ToString(), StringComparer.Ordinal),
            actual.Endpoints.Values.OrderBy(set => set.Service.ToString(), StringComparer.Ordinal));
        Assert.Equal(expected.Wildcards.Select(config => config.Host), actual.Wildcards.Select(config => config.Host));
        foreach (var (ns, hosts) in expected.HostsOfNamespace) Assert.True(hosts.SetEquals(actual.HostsOfNamespace[ns]));
        Assert.Equal(expected.HostsOfNamespace.Count, actual.HostsOfNamespace.Count);
    }

    private static string Describe(Resource resource) => $"{resource.Key} {resource.Meta.CreationTimestamp} {resource.Spec}";

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
