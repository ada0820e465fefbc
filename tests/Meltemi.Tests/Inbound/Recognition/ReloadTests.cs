using AwesomeRpc;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Inbound.Recognition.ManyProtocols;

namespace Meltemi.Tests.Inbound.Recognition;

/// <summary>A listener whose chains change under its connections.</summary>
public class ReloadTests
{
    private static readonly byte[] AwesomeCall = FirstCall("awesomerpc");

    [Fact]
    public void Connections_and_their_requests_stay_when_chains_change_come_or_go()
    {
        using var many = new ManyProtocols();
        many.Listen(null, Codecs[1], Codecs[3]);
        var (dubbo, awesome, plain, silent) = (many.Client(), many.Client(), many.Client(), many.Client());
        many.Send(dubbo, FirstCall("dubbo"));
        many.Send(awesome, AwesomeCall);
        many.Send(plain, "hello"u8.ToArray());
        many.Mesh.Kernel.RunUntilIdle();

        // Other routes for AwesomeRPC, a new chain for Bolt, another order.
        many.Listen(listener => listener.WithChains((name, chain) => name == "awesomerpc" ? For(Codecs[3], cluster: "thrift") : chain), Codecs[3], Codecs[1], Codecs[0]);
        var call = many.Server("awesomerpc").Accept();
        many.Mesh.Send(call, MemoryMesh.Answer(many.Mesh.Received(call).Single()));
        Assert.Single(many.Mesh.Received(awesome));
        many.Send(awesome, AwesomeCall);
        many.Send(plain, " again"u8.ToArray());
        many.Send(silent, FirstCall("bolt"));
        many.Send(dubbo, FirstCall("dubbo"));

        Assert.Single(many.Server("thrift").Accepted);
        Assert.Equal("hello again"u8, many.Server(Bytes).Accept().Received);
        Assert.Equal(2 * FirstCall("dubbo").Length, many.Server("dubbo").Accept().TotalReceived);
        Assert.Single(many.Server("bolt").Accepted);
        Assert.DoesNotContain([dubbo, awesome, plain, silent], client => client.IsEnded || client.IsReset);
    }

    [Fact]
    public void Clients_of_a_chain_that_goes_are_asked_to_go_and_others_are_not()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var (awesome, dubbo) = (many.Client(), many.Client());
        many.Send(awesome, AwesomeCall);
        many.Send(dubbo, FirstCall("dubbo"));
        many.Listen(null, Codecs[1]);

        var call = many.Server("awesomerpc").Accept();
        many.Mesh.Send(call, MemoryMesh.Answer(many.Mesh.Received(call).Single()));
        Assert.Equal([MessageType.GoAway, MessageType.Response], many.Mesh.Received(awesome).Select(message => message.Type));
        many.Mesh.Kernel.AdvanceTime(1_000);
        Assert.True(awesome.IsEnded);
        Assert.False(dubbo.IsEnded);

        // What was its protocol is nobody's now.
        many.Send(many.Client(), AwesomeCall);
        Assert.Single(many.Server(Bytes).Accepted);
    }

    [Fact]
    public void A_silent_client_is_served_by_what_there_is_when_it_speaks()
    {
        using var many = new ManyProtocols();
        var protocol = (ListenerConfig listener) => listener with { Chain = For(Codecs[1]) };
        many.Listen(protocol, Codecs[0]);
        var (client, stranger) = (many.Client(), many.Client());
        many.Mesh.Kernel.RunUntilIdle();
        many.Listen(listener => protocol(listener) with { Recognition = null });
        many.Send(client, FirstCall("dubbo"));

        Assert.Single(many.Server("dubbo").Accepted);
        Assert.Equal(2, many.Mesh.Proxy.OpenConnections);
        many.Send(stranger, "hello, who is there?"u8.ToArray());
        Assert.True(stranger.IsEnded, "a protocol's chain takes no other");
    }

    [Fact]
    public void Routes_are_given_to_one_chain()
    {
        using var many = new ManyProtocols();
        many.Listen();
        many.Mesh.Proxy.SetRoutes("front", new RouteTableConfig { Routes = [MemoryMesh.Route(to: "thrift")] }, chain: "dubbo");
        many.Send(many.Client(), FirstCall("dubbo"));
        many.Send(many.Client(), FirstCall("bolt"));

        Assert.Equal(FirstCall("dubbo").Length, many.Server("thrift").Accept().TotalReceived);
        Assert.Single(many.Server("bolt").Accepted);
        var chains = many.Mesh.Proxy.FindListener("front")!.Config.AllChains().ToDictionary(chain => chain.Key, chain => chain.Value);
        Assert.Equal("thrift", Assert.IsType<ProtocolChainConfig>(chains["dubbo"]).Routes.Routes[0].Name);
        Assert.Equal("bolt", Assert.IsType<ProtocolChainConfig>(chains["bolt"]).Routes.Routes[0].Name);
    }

    [Fact]
    public void Draining_lets_silent_clients_go_and_serves_those_that_have_begun_to_speak()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var (silent, speaking) = (many.Client(), many.Client());
        many.Send(speaking, AwesomeCall[..2]);
        many.Mesh.Proxy.Drain();
        many.Mesh.Kernel.RunUntilIdle();
        Assert.True(silent.IsEnded);
        Assert.False(speaking.IsEnded);

        many.Send(speaking, AwesomeCall[2..]);
        var call = many.Server("awesomerpc").Accept();
        many.Mesh.Send(call, MemoryMesh.Answer(many.Mesh.Received(call).Single()));
        Assert.Equal([MessageType.GoAway, MessageType.Response], many.Mesh.Received(speaking).Select(message => message.Type));
    }
}
