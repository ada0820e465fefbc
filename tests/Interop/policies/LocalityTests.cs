using System.Net;
using Meltemi.Interop.Tests.Program;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>What a DestinationRule says of places, by a controller and a proxy that knows where it stands.</summary>
public sealed class LocalityTests : IAsyncLifetime
{
    private const int Port = 20880;

    // Any address of 127/8 can be listened on, so tests that run side by side do not meet.
    private readonly string _address = $"127.241.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}";
    private readonly MeshPrograms _mesh = new();

    [PolicyTheory, EachProtocol]
    public async Task Calls_stay_near_fail_over_as_the_rule_says_and_are_shared_as_it_says(Protocol protocol)
    {
        var servers = await protocol.ServersAsync();
        await using var near = await protocol.ServeAsync("near");
        await File.WriteAllTextAsync(Path.Combine(_mesh.Resources, "service.yaml"), Service(protocol, near, servers));
        await _mesh.StartControllerAsync();
        await _mesh.StartProxyAsync("--locality", "eu/eu-a", "--labels", "generation=second");

        Apply("failover: [ { from: eu, to: us } ]");
        await using var client = await protocol.ConnectAsync(new IPEndPoint(IPAddress.Parse(_address), Port));
        Assert.Equal("near", Assert.Single(await client.TallyAsync("who", 20)).Key);

        // Some calls find out, each loop for itself; then those across the sea that are named get all of it, and never those elsewhere.
        await near.KillAsync();
        await Safety.Until(() => client.CallAsync("who").GetAwaiter().GetResult().IsOk, () => _mesh.Seen);
        Assert.Equal("b", Assert.Single(await client.TallyAsync("who", 20)).Key);

        Apply("distribute: [ { from: eu/*, to: { us/*: 75, asia/*: 25 } } ]");
        var shares = await client.TallyAsync("who", 400);
        Assert.Equal(400, shares["a"] + shares["b"]);
        Assert.InRange(shares["b"], 255, 345);

        Apply("failoverPriority: [ generation ]");
        Assert.Equal("a", Assert.Single(await client.TallyAsync("who", 20)).Key);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _mesh.DisposeAsync();

    private void Apply(string setting)
    {
        var file = Path.Combine(_mesh.Folder, "rule.yaml");
        File.WriteAllText(file, $$"""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: { name: shop }
            spec:
              host: shop.example
              trafficPolicy:
                loadBalancer: { simple: ROUND_ROBIN, localityLbSetting: { {{setting}} } }
                outlierDetection: { consecutive5xxErrors: 1, baseEjectionTime: 3600s, maxEjectionPercent: 100 }
            """);
        var (exitCode, output) = _mesh.Run("apply", "-f", file, "--wait", "2m");
        Assert.True(exitCode == 0, $"{output}\n{_mesh.Seen}");
    }

    private string Service(Protocol protocol, PeerProcess near, PeerProcess servers)
    {
        var port = $"tcp-metaprotocol-{protocol.ToString().ToLowerInvariant()}";
        return $$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: { name: shop }
            spec:
              hosts: [shop.example]
              addresses: [{{_address}}]
              resolution: STATIC
              ports: [{ number: {{Port}}, name: {{port}}, protocol: TCP }]
              endpoints:
              - { address: 127.0.0.1, ports: { {{port}}: {{servers.Addresses[0].Port}} }, locality: asia/asia-c, labels: { generation: second } }
              - { address: 127.0.0.1, ports: { {{port}}: {{servers.Addresses[1].Port}} }, locality: us/us-b, labels: { generation: first } }
              - { address: 127.0.0.1, ports: { {{port}}: {{near.Address.Port}} }, locality: eu/eu-a, labels: { generation: first } }
            """;
    }
}
