using Meltemi.Codec;
using Meltemi.Protocols.Brpc;
using Meltemi.Tests.Protocols.Support;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Protocols.Support.CodecDriver;

namespace Meltemi.Tests.Protocols.Brpc;

public class BrpcCodecTests
{
    private static readonly CodecDriver Driver = new(new BrpcCodec(new CodecOptions()));

    [Fact]
    public void A_user_field_cannot_pretend_to_be_the_service()
    {
        var message = BrpcMessages.Request(1, meta => meta.UserFields["service"] = meta.UserFields["kind"] = "forged");
        Assert.Equal(["example.EchoService", "request"], Driver.Read(message, "service", "kind"));
        Assert.Null(Driver.Rewrite(message, Set(("service", "x"))));
        Assert.Null(Driver.Rewrite(BrpcMessages.Answer(1), Set(("error_code", "x")), origin: Origin.Server));
    }

    [Fact]
    public void What_a_route_sets_is_what_a_server_reads()
    {
        var meta = BrpcMessages.Meta(Driver.Rewrite(BrpcMessages.Request(7), Set(("user", "bob"), ("x-mesh", "grüße")), 300));
        Assert.Equal(("bob", "grüße", "shop", 300), (meta.UserFields["user"], meta.UserFields["x-mesh"], meta.UserFields["caller"], meta.CorrelationId));
        Assert.Equal(("Echo", 77, 13), (meta.Request.MethodName, meta.Request.LogId, meta.AttachmentSize));
    }

    [Theory]
    [InlineData(ReplyReason.NoRoute, 1001)]
    [InlineData(ReplyReason.NoCluster, 1001)]
    [InlineData(ReplyReason.NoHealthyEndpoint, 112)]
    [InlineData(ReplyReason.ConnectFailure, 1009)]
    [InlineData(ReplyReason.ConnectTimeout, 1009)]
    [InlineData(ReplyReason.ConnectionClosed, 1009)]
    [InlineData(ReplyReason.Timeout, 1008)]
    [InlineData(ReplyReason.Overflow, 2004)]
    [InlineData(ReplyReason.MalformedRequest, 1003)]
    [InlineData(ReplyReason.MalformedResponse, 2002)]
    [InlineData(ReplyReason.RateLimited, 2004)]
    [InlineData(ReplyReason.Forbidden, 1004)]
    [InlineData(ReplyReason.Fault, 2001)]
    [InlineData(ReplyReason.Draining, 2003)]
    [InlineData(ReplyReason.CannotRewrite, 2001)]
    public void Each_reason_has_a_code_that_clients_read(ReplyReason reason, int code)
    {
        var (reply, returned) = Driver.Reply(BrpcMessages.Request(-5), reason, "why");
        var meta = BrpcMessages.Meta(reply);
        Assert.Equal((code, code, "why", -5), (returned, meta.Response.ErrorCode, meta.Response.ErrorText, meta.CorrelationId));
    }

    [Fact]
    public void Two_clients_with_the_same_number_share_a_connection()
    {
        using var mesh = new MemoryMesh(Driver.Codec);
        var server = mesh.Start(1, route => route with { Match = [new("service", new Meltemi.Proxy.Config.ExactMatch("example.EchoService"))] })[0];
        var (first, second) = (mesh.Client(), mesh.Client());
        first.Send(BrpcMessages.Request(5, meta => meta.Request.LogId = 1));
        second.Send(BrpcMessages.Request(5, meta => meta.Request.LogId = 2));
        mesh.Kernel.RunUntilIdle();

        var upstream = server.Accept();
        var requests = Messages(upstream);
        foreach (var request in requests.AsEnumerable().Reverse())
        {
            var meta = BrpcMessages.Meta(request);
            upstream.Send(BrpcMessages.Answer(meta.CorrelationId, (int)meta.Request.LogId + 10_000, "own"));
        }

        mesh.Kernel.RunUntilIdle();
        Assert.Equal(2, requests.Select(request => BrpcMessages.Meta(request).CorrelationId).Distinct().Count());
        Assert.Equal((5, 10_001), Only(first));
        Assert.Equal((5, 10_002), Only(second));
        Assert.Single(server.Accepted);

        first.Send(BrpcMessages.Request(6, meta => meta.Request.ServiceName = "Other"));
        mesh.Kernel.RunUntilIdle();
        Assert.Equal((6, 1001), Only(first));

        static (long, int) Only(MemoryPeer peer)
        {
            var meta = BrpcMessages.Meta(Assert.Single(Messages(peer)));
            return (meta.CorrelationId, meta.Response.ErrorCode);
        }
    }

    private static List<byte[]> Messages(MemoryPeer peer)
    {
        var messages = new List<byte[]>();
        while (peer.Received.Length > 0)
        {
            var length = 12 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(peer.Received[4..]);
            messages.Add(peer.Take(length));
        }

        return messages;
    }
}
