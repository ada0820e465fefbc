using Meltemi.Transport;
using static Meltemi.Tests.Inbound.Recognition.ManyProtocols;

namespace Meltemi.Tests.Inbound.Recognition;

/// <summary>Connections of several protocols, and of none, on one listener.</summary>
public class RecognitionTests
{
    public static TheoryData<string> Names { get; } = [.. Codecs.Select(codec => codec.Info.Name)];

    [Fact]
    public void Clients_of_all_protocols_are_served_at_the_same_time()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var clients = Codecs.ToDictionary(codec => codec.Info.Name, _ => many.Client());
        var plain = many.Client();
        foreach (var (name, client) in clients) many.Send(client, FirstCall(name)[..1]);
        many.Send(plain, "PING\r\n"u8.ToArray());
        foreach (var (name, client) in clients) many.Send(client, FirstCall(name)[1..]);

        foreach (var name in clients.Keys)
        {
            Assert.Equal(FirstCall(name).Length, Assert.Single(many.Server(name).Accepted).TotalReceived);
            Assert.Equal(1, many.Figure($"protocol_inspector.{name}_found"));
        }

        Assert.Equal("PING\r\n"u8, Assert.Single(many.Server(Bytes).Accepted).Received);
        Assert.Equal((1, 0), (many.Figure("protocol_inspector.not_found"), many.Figure("downstream_pre_cx_active")));
        Assert.Equal((5, 4), (many.Figure("downstream_cx_active"), many.Figure("downstream_rq_active")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_does_not_matter_in_which_pieces_the_first_bytes_come(string name)
    {
        using var many = new ManyProtocols();
        many.Listen();
        var call = FirstCall(name);
        for (var cut = 1; cut < call.Length; cut++) many.Send(many.Client(), call[..cut], call[cut..]);
        var slow = many.Client();
        slow.SplitBy(1);
        many.Send(slow, call);

        Assert.Equal(call.Length, many.Figure($"protocol_inspector.{name}_found"));
        Assert.Equal((long)call.Length * call.Length, many.Server(name).Accepted.Sum(connection => connection.TotalReceived));
        Assert.Empty(many.Server(Bytes).Accepted);
    }

    [Fact]
    public void Bytes_of_nobody_reach_their_server_whole_however_they_come()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var bytes = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"u8.ToArray();
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var client = many.Client();
            many.Send(client, bytes[..cut], bytes[cut..]);
            var server = many.Server(Bytes).Accept();
            Assert.Equal(bytes, server.Take());
            many.Send(client, "more"u8.ToArray());
            server.Send("answer"u8);
            many.Mesh.Kernel.RunUntilIdle();
            Assert.Equal(("more", "answer"), (Text(server), Text(client)));
        }
    }

    [Fact]
    public void A_large_piece_of_bytes_of_nobody_is_passed_on_in_order()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        bytes[0] = (byte)'x';
        var client = many.Client();
        many.Send(client, bytes);

        Assert.Equal(bytes, many.Server(Bytes).Accept().Take());
    }

    [Fact]
    public void A_client_that_ends_its_half_is_decided_on_at_once_and_its_end_is_passed_on()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var client = many.Client();
        client.Send([0, 0, 0]); // may become Thrift
        client.End();
        many.Mesh.Kernel.RunUntilIdle();

        var server = many.Server(Bytes).Accept();
        Assert.Equal([0, 0, 0], server.Take());
        Assert.True(server.IsEnded);
        server.Send("bye"u8);
        server.End();
        many.Mesh.Kernel.RunUntilIdle();
        Assert.Equal("bye", Text(client));
        Assert.True(client.IsEnded);
    }

    [Fact]
    public void A_call_and_its_end_in_one_piece_are_still_answered()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var client = many.Client();
        client.Send(FirstCall("dubbo"));
        client.End();
        many.Mesh.Kernel.RunUntilIdle();

        Assert.Equal(FirstCall("dubbo").Length, many.Server("dubbo").Accept().TotalReceived);
        Assert.False(client.IsEnded, "the answer is not here yet");
    }

    [Fact]
    public void Who_connects_and_leaves_is_no_stranger()
    {
        using var many = new ManyProtocols();
        many.Listen();
        many.Client().End();
        many.Client().Reset();
        many.Mesh.Kernel.RunUntilIdle();

        Assert.Equal((0, 0), (many.Figure("protocol_inspector.not_found"), many.Figure("downstream_pre_cx_active")));
        Assert.Equal((2, 0), (many.Figure("downstream_cx_total"), many.Figure("downstream_cx_active")));
    }

    [Fact]
    public void Without_a_chain_for_others_they_are_closed_and_counted()
    {
        using var many = new ManyProtocols();
        many.Listen(listener => listener with { Chain = null });
        var (stranger, known) = (many.Client(), many.Client());
        many.Send(stranger, "EHLO client.example\r\n"u8.ToArray());
        many.Send(known, FirstCall("bolt"));

        Assert.True(stranger.IsEnded);
        Assert.False(known.IsEnded);
        Assert.Equal((1, 1), (many.Figure("no_filter_chain_match"), many.Figure("protocol_inspector.not_found")));
        Assert.Contains(many.Mesh.Log.Entries, entry => entry.Message.Contains("of no protocol that the listener takes", StringComparison.Ordinal));
    }

    private static string Text(MemoryPeer peer) => System.Text.Encoding.UTF8.GetString(peer.Take());
}
