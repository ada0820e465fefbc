using System.Buffers.Binary;
using Google.Protobuf;
using Meltemi.Tests.Protocols.Brpc.Wire;

namespace Meltemi.Tests.Protocols.Brpc;

/// <summary>A peer of bRPC, as far as its messages go: Google's protobuf library within baidu_std's frame.</summary>
internal static class BrpcMessages
{
    public static byte[] Payload { get; } = [.. "\n\u0005hello"u8, .. "an attachment"u8];

    public static byte[] Frame(RpcMeta meta, byte[] payload)
    {
        var coded = meta.ToByteArray();
        var message = new byte[12 + coded.Length + payload.Length];
        "PRPC"u8.CopyTo(message);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), coded.Length + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(8), coded.Length);
        coded.CopyTo(message, 12);
        payload.CopyTo(message, 12 + coded.Length);
        return message;
    }

    public static byte[] Request(long id, Action<RpcMeta>? change = null)
    {
        var meta = new RpcMeta
        {
            Request = new RpcRequestMeta { ServiceName = "example.EchoService", MethodName = "Echo", LogId = 77, TimeoutMs = 250 },
            CorrelationId = id,
            AttachmentSize = 13,
        };
        meta.UserFields["user"] = "ann";
        meta.UserFields["caller"] = "shop";
        change?.Invoke(meta);
        return Frame(meta, Payload);
    }

    public static byte[] Answer(long id, int code = 0, string text = "")
    {
        var meta = new RpcMeta { Response = new RpcResponseMeta(), CorrelationId = id, AttachmentSize = 13 };
        if (code != 0)
        {
            meta.Response.ErrorCode = code;
            meta.Response.ErrorText = text;
        }

        meta.UserFields["zone"] = "b";
        return Frame(meta, code == 0 ? Payload : []);
    }

    /// <summary>The meta of a message, whose lengths must be right.</summary>
    public static RpcMeta Meta(ReadOnlySpan<byte> message)
    {
        Assert.Equal("PRPC"u8, message[..4]);
        Assert.Equal(message.Length - 12, BinaryPrimitives.ReadInt32BigEndian(message[4..]));
        return RpcMeta.Parser.ParseFrom(message.Slice(12, BinaryPrimitives.ReadInt32BigEndian(message[8..])));
    }
}
