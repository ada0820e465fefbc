using System.Buffers.Binary;
using AwesomeRpc;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>What retries and outlier detection do together for clients while a few endpoints do badly.</summary>
public class ResilienceTests
{
    private static readonly RetryConfig Once = new()
    {
        On = ["5xx"],
        PerTryTimeout = TimeSpan.FromMilliseconds(50),
        BackOffBase = TimeSpan.FromMilliseconds(1),
        BackOffMax = TimeSpan.FromMilliseconds(1),
        HostAttempts = 5,
    };

    [Fact]
    public void Three_of_ten_endpoints_that_fail_half_of_their_calls_are_hardly_seen()
    {
        const int Requests = 20_000;
        var random = new Random(7);
        using var mesh = new MemoryMesh();
        var servers = Start(mesh);
        for (var i = 0; i < servers.Length; i++)
        {
            var bad = i < 3;
            Serve(servers[i], _ => bad && random.Next(2) == 0 ? Status.Failed : Status.Ok);
        }

        var client = mesh.Client();
        var failed = 0;
        for (var sent = 0; sent < Requests; sent += 100)
        {
            mesh.Send(client, [.. Enumerable.Range(sent, 100).Select(id => Request((uint)id))]);
            mesh.Kernel.AdvanceTime(5);
            var answers = mesh.Received(client);
            Assert.Equal(100, answers.Count);
            failed += answers.Count(answer => answer.Status != Status.Ok);
        }

        Assert.InRange(failed, 0, Requests / 1000);
    }

    [Fact]
    public void One_endpoint_that_never_answers_does_not_move_the_99th_percentile()
    {
        const int Requests = 5000;
        using var mesh = new MemoryMesh();
        var servers = Start(mesh);
        foreach (var server in servers[1..]) Serve(server, _ => Status.Ok);
        var client = mesh.Client();
        var late = 0;
        for (var sent = 0; sent < Requests; sent += 20)
        {
            mesh.Send(client, [.. Enumerable.Range(sent, 20).Select(id => Request((uint)id))]);
            mesh.Kernel.AdvanceTime(1);
            var inTime = mesh.Received(client).Count;
            late += 20 - inTime;
            mesh.Kernel.AdvanceTime(60);
            var rest = mesh.Received(client);
            Assert.Equal(20, inTime + rest.Count);
            Assert.All(rest, answer => Assert.Equal(Status.Ok, answer.Status));
        }

        Assert.InRange(late, 1, Requests / 100);
    }

    private static MemoryServer[] Start(MemoryMesh mesh) => mesh.Start(
        servers: 10, route: route => route with { Retry = Once },
        cluster: cluster => cluster with
        {
            Outliers = new OutlierConfig { MaxEjectionPercent = 50, BaseEjectionTime = TimeSpan.FromMinutes(10) },
            Limits = new() { RetryBudget = new(Percent: 20, MinConcurrency: 20) },
            HeartbeatInterval = TimeSpan.Zero,
        });

    private static void Serve(MemoryServer server, Func<Message, Status> status) => server.OnAccepted = peer => peer.OnReceived = _ =>
    {
        while (peer.Received.Length >= 8 && BinaryPrimitives.ReadInt32BigEndian(peer.Received[4..]) is var length && peer.Received.Length >= length)
        {
            var request = Message.ReadAsync(new MemoryStream(peer.Take(length))).AsTask().GetAwaiter().GetResult()!;
            peer.Send(Answer(request, status(request)).ToBytes());
        }
    };
}
