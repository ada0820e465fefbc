using Meltemi.Codec;
using Meltemi.Transport;
using static Meltemi.Tests.Inbound.Recognition.ManyProtocols;

namespace Meltemi.Tests.Inbound.Recognition;

/// <summary>Clients that say nothing, or too little.</summary>
public class SilentClientTests
{
    [Fact]
    public void Go_to_the_other_chain_after_the_time_limit_where_their_server_may_speak_first()
    {
        using var many = new ManyProtocols();
        many.Listen(listener => WithTimeout(listener, 5_000, fallBack: true));
        var client = many.Client();
        many.Mesh.Kernel.AdvanceTime(4_999);
        Assert.Empty(many.Server(Bytes).Accepted);
        Assert.Equal(1, many.Figure("downstream_pre_cx_active"));
        many.Mesh.Kernel.AdvanceTime(2);

        many.Server(Bytes).Accept().Send("220 mail.example\r\n"u8);
        many.Mesh.Kernel.RunUntilIdle();
        Assert.Equal("220 mail.example\r\n"u8, client.Received);
        Assert.Equal((1, 1, 0), (many.Figure("downstream_pre_cx_timeout"), many.Figure("protocol_inspector.not_found"), many.Figure("downstream_pre_cx_active")));
    }

    [Fact]
    public void Are_closed_and_counted_unless_the_configuration_says_otherwise()
    {
        using var many = new ManyProtocols();
        many.Listen(listener => WithTimeout(listener, 5_000, fallBack: false));
        var (silent, slow) = (many.Client(), many.Client());
        many.Send(slow, FirstCall("bolt")[..10]);
        many.Mesh.Kernel.AdvanceTime(5_001);

        Assert.True(silent.IsEnded);
        Assert.True(slow.IsEnded);
        Assert.Empty(many.Server(Bytes).Accepted);
        Assert.Equal((2, 2), (many.Figure("downstream_pre_cx_timeout"), many.Figure("no_filter_chain_match")));
    }

    [Fact]
    public void Keep_what_they_said()
    {
        using var many = new ManyProtocols();
        many.Listen(listener => WithTimeout(listener, 5_000, fallBack: true));
        var client = many.Client();
        many.Send(client, [0], [0, 0]);
        many.Mesh.Kernel.AdvanceTime(5_001);
        Assert.Equal([0, 0, 0], many.Server(Bytes).Accept().Take());

        many.Send(client, [7]);
        Assert.Equal([7], many.Server(Bytes).Accepted[0].Take());
    }

    [Fact]
    public void Wait_as_long_as_they_like_without_a_limit()
    {
        using var many = new ManyProtocols();
        many.Listen();
        var client = many.Client();
        many.Mesh.Kernel.AdvanceTime(3_600_000);
        many.Send(client, FirstCall("dubbo"));

        Assert.Single(many.Server("dubbo").Accepted);
    }

    [Fact]
    public void Are_not_mistaken_for_silent_once_they_are_recognised()
    {
        using var many = new ManyProtocols();
        many.Listen(listener => WithTimeout(listener, 5_000, fallBack: false));
        var client = many.Client();
        many.Send(client, FirstCall("dubbo")[..20]);
        many.Mesh.Kernel.AdvanceTime(60_000);
        Assert.False(client.IsEnded);
        many.Send(client, FirstCall("dubbo")[20..]);

        Assert.Single(many.Server("dubbo").Accepted);
    }

    [Fact]
    public void Are_whose_they_most_likely_are_when_a_surer_protocol_cannot_tell()
    {
        using var many = new ManyProtocols();
        var sure = new GreetingCodec("bolt", Certainty.Sure, "HELLO!"u8.ToArray());
        var likely = new GreetingCodec("dubbo", Certainty.Likely, "HE"u8.ToArray());
        many.Listen(listener => WithTimeout(listener, 5_000, fallBack: false), likely, sure);
        var client = many.Client();
        many.Send(client, "HELLO"u8.ToArray());
        Assert.Equal(1, many.Figure("downstream_pre_cx_active"));
        many.Mesh.Kernel.AdvanceTime(5_001);

        Assert.Equal(1, many.Figure("protocol_inspector.dubbo_found"));
        Assert.False(client.IsEnded);
    }
}
