using AwesomeRpc;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>A canary that grows under users who each stay with their version until it takes them over.</summary>
public class SplitByHashTests
{
    private const int Users = 200;

    [Fact]
    public void Each_user_moves_to_the_canary_once_and_requests_without_a_user_are_shared_by_chance()
    {
        using var mesh = new MemoryMesh();
        MemoryServer[] servers = [mesh.Kernel.Serve(), mesh.Kernel.Serve()];
        foreach (var server in servers) server.OnAccepted = peer => peer.OnReceived = Serve;
        Apply(5);
        var client = mesh.Client();
        var version = new int[Users];
        uint id = 0;
        foreach (var weight in new uint[] { 5, 10, 25, 50, 75, 100 })
        {
            Apply(weight);
            for (var round = 0; round < 2; round++)
            {
                for (var user = 0; user < Users; user++)
                {
                    var answeredBy = Ask(("user", $"user-{user}"));
                    Assert.True(answeredBy >= version[user], $"user-{user} went back at {weight} %");
                    if (round == 1) Assert.Equal(version[user], answeredBy);
                    version[user] = answeredBy;
                }
            }

            Assert.InRange(version.Sum(), Users * weight / 100.0 - 25, Users * weight / 100.0 + 25);
            if (weight == 50) Assert.InRange(Enumerable.Range(0, Users).Sum(_ => Ask()), Users * 0.35, Users * 0.65);
        }

        Assert.All(version, last => Assert.Equal(1, last));

        int Ask(params (string Key, string Value)[] headers)
        {
            mesh.Send(client, Request(++id, "echo", headers));
            return int.Parse(Assert.Single(mesh.Received(client)).Text, System.Globalization.CultureInfo.InvariantCulture);
        }

        void Apply(uint weight) => mesh.Apply(
            [Route(route => route with { Clusters = [new("v1", 100 - weight), new("v2", weight)], HashPolicies = [new("user")], SplitsByHash = true })],
            [Cluster("v1", [servers[0]]), Cluster("v2", [servers[1]])]);

        void Serve(MemoryPeer peer)
        {
            foreach (var request in Whole(peer))
                peer.Send(new Message(MessageType.Response, request.Id) { Status = Status.Ok, Text = servers[1].Accepted.Contains(peer) ? "1" : "0" }.ToBytes());
        }
    }
}
