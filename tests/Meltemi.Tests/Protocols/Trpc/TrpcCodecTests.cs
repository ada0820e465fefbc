using Meltemi.Codec;
using Meltemi.Protocols.Trpc;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Protocols.Support;
using Meltemi.Tests.Support;
using static Meltemi.Tests.Protocols.Support.CodecDriver;

namespace Meltemi.Tests.Protocols.Trpc;

public class TrpcCodecTests
{
    private static readonly CodecDriver Driver = new(new TrpcCodec(new CodecOptions()));

    [Fact]
    public void A_pair_cannot_pretend_to_be_the_callee()
    {
        var message = TrpcMessages.Request(1, change: head => head.TransInfo["service"] = head.TransInfo["kind"] = TrpcMessages.Text("forged"));
        Assert.Equal(["trpc.greet.server.Greeter", "request"], Driver.Read(message, "service", "kind"));
        foreach (var name in new[] { "service", "method", "caller", "callee", "func", "kind", "timeout", "message_type", "content_type" })
            Assert.Null(Driver.Rewrite(message, Set((name, "x"))));
        Assert.Null(Driver.Rewrite(TrpcMessages.Answer(1), Set(("ret", "0")), origin: Origin.Server));
    }

    [Fact]
    public void Answers_tell_both_codes_and_the_text()
    {
        Assert.Equal(["12", "0", "no"], Driver.Read(TrpcMessages.Answer(1, 12, message: "no"), Origin.Server, "ret", "func_ret", "error_msg"));
        Assert.Equal(["0", "5", null], Driver.Read(TrpcMessages.Answer(1, 0, 5), Origin.Server, "ret", "func_ret", "error_msg"));
    }

    [Fact]
    public void The_id_is_written_in_both_places_where_it_was_in_both()
    {
        var both = new TrpcFrame(Driver.Rewrite(TrpcMessages.Request(7), Mutation.None, 300)!);
        var one = new TrpcFrame(Driver.Rewrite(TrpcMessages.Request(7, 0), Mutation.None, 300)!);
        Assert.Equal((300u, 300u), (both.Id, both.Request.RequestId));
        Assert.Equal((0u, 300u), (one.Id, one.Request.RequestId));
    }

    [Fact]
    public void A_head_of_more_than_64_KiB_is_refused()
    {
        Assert.NotNull(Driver.Rewrite(TrpcMessages.Request(7), Set(("user", new string('x', 65_000)))));
        Assert.Null(Driver.Rewrite(TrpcMessages.Request(7), Set(("user", new string('x', 66_000)))));
    }

    [Theory]
    [InlineData(ReplyReason.NoRoute, 11)]
    [InlineData(ReplyReason.NoCluster, 11)]
    [InlineData(ReplyReason.NoHealthyEndpoint, 131)]
    [InlineData(ReplyReason.ConnectFailure, 111)]
    [InlineData(ReplyReason.ConnectTimeout, 111)]
    [InlineData(ReplyReason.ConnectionClosed, 141)]
    [InlineData(ReplyReason.Timeout, 21)]
    [InlineData(ReplyReason.Overflow, 22)]
    [InlineData(ReplyReason.MalformedRequest, 1)]
    [InlineData(ReplyReason.MalformedResponse, 122)]
    [InlineData(ReplyReason.RateLimited, 23)]
    [InlineData(ReplyReason.Forbidden, 41)]
    [InlineData(ReplyReason.Fault, 31)]
    [InlineData(ReplyReason.Draining, 141)]
    [InlineData(ReplyReason.CannotRewrite, 2)]
    public void Each_reason_has_a_code_that_clients_read(ReplyReason reason, int code)
    {
        var (reply, returned) = Driver.Reply(TrpcMessages.Request(300, 0), reason, "why");
        var answer = new TrpcFrame(reply);
        Assert.Equal((code, code, 300u, 0u, "why"), (returned, answer.Answer.Ret, answer.Answer.RequestId, answer.Id, answer.Answer.ErrorMsg.ToStringUtf8()));

        var refusal = new TrpcFrame(Driver.Reply(TrpcMessages.Opening(101), reason, "why").Reply);
        Assert.Equal((TrpcMessages.Init, 101u, code), (refusal.StreamType, refusal.Id, refusal.Init.ResponseMeta.Ret));
    }

    [Fact]
    public void A_call_and_a_stream_with_the_same_number_go_their_ways()
    {
        using var mesh = new MemoryMesh(Driver.Codec);
        var server = mesh.Start(1, route => route with
        {
            Match = [new("service", new ExactMatch("trpc.greet.server.Greeter"))],
            RequestMutations = [new(ChangeKind.Set, "x-mesh", "yes")],
        })[0];
        var client = mesh.Client();
        client.Send([.. TrpcMessages.Request(101), .. TrpcMessages.Opening(101), .. TrpcMessages.Stream(TrpcMessages.Data, 101, "one"u8.ToArray())]);
        mesh.Kernel.RunUntilIdle();

        var calls = server.Accept();
        var streams = server.Accept();
        var call = Assert.Single(TrpcMessages.Received(calls));
        var frames = TrpcMessages.Received(streams);
        Assert.Equal("yes", call.Request.TransInfo["x-mesh"].ToStringUtf8());
        Assert.Equal("yes", frames[0].Init.RequestMeta.TransInfo["x-mesh"].ToStringUtf8());
        Assert.Equal("one", frames[1].Text);
        var id = frames[0].Id;

        streams.Send([.. TrpcMessages.Opened(id), .. TrpcMessages.Stream(TrpcMessages.Data, id, "two"u8.ToArray())]);
        calls.Send(TrpcMessages.Answer(call.Request.RequestId));
        client.Send(TrpcMessages.Closing(101));
        mesh.Kernel.RunUntilIdle();
        streams.Send(TrpcMessages.Closing(id));
        mesh.Kernel.RunUntilIdle();

        var received = TrpcMessages.Received(client);
        Assert.All(received, frame => Assert.Equal(101u, frame.Id));
        Assert.Equal([(0, 0), (1, 1), (1, 2), (1, 4)], received.Select(frame => ((int)frame.Type, (int)frame.StreamType)).Order());
        Assert.Equal(0, Assert.Single(TrpcMessages.Received(streams)).Close.CloseType);
        Assert.Equal(0, mesh.Proxy.InFlight);
    }

    [Fact]
    public void A_stream_that_cannot_be_opened_is_refused_and_one_that_breaks_is_reset()
    {
        using var mesh = new MemoryMesh(Driver.Codec);
        var server = mesh.Start(1, route => route with { Match = [new("method", new ExactMatch("Chat"))] })[0];
        var client = mesh.Client();
        client.Send([.. TrpcMessages.Opening(101), .. TrpcMessages.Opening(102, meta => meta.RequestMeta.Func = TrpcMessages.Text("/a.B/Other"))]);
        mesh.Kernel.RunUntilIdle();
        var upstream = server.Accept();
        upstream.Send(TrpcMessages.Opened(Assert.Single(TrpcMessages.Received(upstream)).Id));
        mesh.Kernel.RunUntilIdle();
        upstream.Close();
        mesh.Kernel.RunUntilIdle();

        var received = TrpcMessages.Received(client);
        Assert.Equal([102u, 101u, 101u], received.Select(frame => frame.Id));
        Assert.Equal((11, "meltemi: no route matches this request (NR)"), (received[0].Init.ResponseMeta.Ret, received[0].Init.ResponseMeta.ErrorMsg.ToStringUtf8()));
        Assert.Equal((TrpcMessages.Close, 1, 141), (received[2].StreamType, received[2].Close.CloseType, received[2].Close.Ret));
    }

    [Fact]
    public void A_server_hears_of_a_client_that_left_its_stream()
    {
        using var mesh = new MemoryMesh(Driver.Codec);
        var server = mesh.Start()[0];
        var client = mesh.Client();
        client.Send(TrpcMessages.Opening(101));
        mesh.Kernel.RunUntilIdle();
        var upstream = server.Accept();
        var opening = Assert.Single(TrpcMessages.Received(upstream));
        client.Reset();
        mesh.Kernel.RunUntilIdle();

        var cancel = Assert.Single(TrpcMessages.Received(upstream));
        Assert.Equal((opening.Id, 1, 161), (cancel.Id, cancel.Close.CloseType, cancel.Close.Ret));
    }
}
