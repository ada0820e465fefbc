using System.Buffers.Binary;
using Google.Protobuf;
using Meltemi.Tests.Protocols.Trpc.Wire;
using Meltemi.Transport;

namespace Meltemi.Tests.Protocols.Trpc;

/// <summary>A peer of tRPC, as far as its messages go: Google's protobuf library within tRPC's frames.</summary>
internal static class TrpcMessages
{
    public const byte Init = 1, Data = 2, Feedback = 3, Close = 4;

    public static byte[] Body { get; } = "\n\u0005hello"u8.ToArray();

    /// <param name="headId">The id in the fixed head; null: the request's.</param>
    public static byte[] Request(uint id, uint? headId = null, Action<RequestProtocol>? change = null)
    {
        var head = new RequestProtocol
        {
            RequestId = id,
            Timeout = 250,
            Caller = Text("trpc.shop.till.Till"),
            Callee = Text("trpc.greet.server.Greeter"),
            Func = Text("/greet.Greeter/SayHello"),
            MessageType = 2,
        };
        head.TransInfo["user"] = Text("ann");
        head.TransInfo["trpc-dyeing-key"] = Text("blue");
        change?.Invoke(head);
        return Unary(headId ?? id, head, Body);
    }

    public static byte[] Answer(uint id, int ret = 0, int funcRet = 0, uint? headId = null, string message = "")
    {
        var head = new ResponseProtocol { RequestId = id, Ret = ret, FuncRet = funcRet, ErrorMsg = Text(message) };
        head.TransInfo["zone"] = Text("b");
        return Unary(headId ?? id, head, Body);
    }

    public static byte[] Opening(uint id, Action<TrpcStreamInitMeta>? change = null)
    {
        var meta = new TrpcStreamInitMeta { RequestMeta = new(), InitWindowSize = 65535, ContentType = 2 };
        meta.RequestMeta.Caller = Text("trpc.shop.till.Till");
        meta.RequestMeta.Callee = Text("trpc.greet.server.Greeter");
        meta.RequestMeta.Func = Text("/greet.Greeter/Chat");
        meta.RequestMeta.TransInfo["user"] = Text("ann");
        change?.Invoke(meta);
        return Stream(Init, id, meta.ToByteArray());
    }

    public static byte[] Opened(uint id, int ret = 0) =>
        Stream(Init, id, new TrpcStreamInitMeta { ResponseMeta = new() { Ret = ret }, InitWindowSize = 65535 }.ToByteArray());

    public static byte[] Closing(uint id, int type = 0, int ret = 0) =>
        Stream(Close, id, new TrpcStreamCloseMeta { CloseType = type, Ret = ret }.ToByteArray());

    public static byte[] Stream(byte type, uint id, byte[] content) => Frame(1, type, 0, id, content);

    /// <summary>The frames that a peer has received, whose lengths must be right.</summary>
    public static List<TrpcFrame> Received(MemoryPeer peer)
    {
        var frames = new List<TrpcFrame>();
        while (peer.Received.Length > 0) frames.Add(new(peer.Take(BinaryPrimitives.ReadInt32BigEndian(peer.Received[4..]))));
        return frames;
    }

    public static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static byte[] Unary(uint headId, IMessage head, byte[] body)
    {
        var coded = head.ToByteArray();
        return Frame(0, 0, coded.Length, headId, [.. coded, .. body]);
    }

    private static byte[] Frame(byte type, byte streamType, int head, uint id, byte[] content)
    {
        var frame = new byte[16 + content.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, 0x930);
        (frame[2], frame[3]) = (type, streamType);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), frame.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(8), (ushort)head);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(10), id);
        content.CopyTo(frame, 16);
        return frame;
    }
}

/// <summary>A frame, read by Google's library.</summary>
internal sealed record TrpcFrame(byte[] Bytes)
{
    public byte Type => Bytes[2];

    public byte StreamType => Bytes[3];

    public uint Id => BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(10));

    public RequestProtocol Request => RequestProtocol.Parser.ParseFrom(Head);

    public ResponseProtocol Answer => ResponseProtocol.Parser.ParseFrom(Head);

    public TrpcStreamInitMeta Init => TrpcStreamInitMeta.Parser.ParseFrom(Content);

    public TrpcStreamCloseMeta Close => TrpcStreamCloseMeta.Parser.ParseFrom(Content);

    public string Text => System.Text.Encoding.UTF8.GetString(Content);

    private byte[] Head => Bytes.AsSpan(16, BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(8))).ToArray();

    private byte[] Content => Bytes[16..];
}
