using System.Buffers.Binary;
using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Samples;

/// <summary>One message of each type, built byte by byte after the wire format in the sample's README.</summary>
internal static class AwesomeRpcSamples
{
    public static Sample Request { get; } = new(
        "request",
        Origin.Client,
        Message(1, 7, 0, [("command", "echo"), ("service", "demo.Echo"), ("timeout", "250"), ("user", "ann")], "hello"),
        MessageKind.Request)
    {
        Id = 7,
        Attributes = new() { ["command"] = "echo", ["service"] = "demo.Echo", ["timeout"] = "250", ["user"] = "ann", ["status"] = "0" },
        CanSet = new() { ["command"] = "shout", ["user"] = "bob", ["x-lane"] = "canary" },
        CanRemove = ["user", "timeout", "x-not-there"],
        Body = "hello"u8.ToArray(),
    };

    public static Sample Response { get; } = new("response", Origin.Server,
        Message(2, 7, 0, [("served-by", "a-1")], "HELLO"), MessageKind.Response)
    {
        Id = 7,
        Status = AnswerStatus.Ok,
        Code = 0,
        Attributes = new() { ["served-by"] = "a-1", ["command"] = null, ["status"] = "0" },
        CanSet = new() { ["served-by"] = "a-2", ["x-cost"] = "12" },
        CanRemove = ["served-by"],
        Body = "HELLO"u8.ToArray(),
        Answers = Request,
    };

    public static IReadOnlyList<Sample> All { get; } =
    [
        Request,
        new("bare request", Origin.Client, Message(1, uint.MaxValue, 0, [], ""), MessageKind.Request)
        {
            Id = uint.MaxValue,
            Attributes = new() { ["command"] = null, ["timeout"] = null },
            CanSet = new() { ["command"] = "echo" },
        },
        new("key twice", Origin.Client, Message(1, 8, 0, [("user", "first"), ("user", "second"), ("", "")], "b"), MessageKind.Request)
        {
            Id = 8,
            Attributes = new() { ["user"] = "first", [""] = "" },
            CanSet = new() { ["user"] = "third", [""] = "nameless" },
            CanRemove = ["user", ""],
        },
        new("one-way", Origin.Client, Message(3, 9, 0, [("command", "log")], "line"), MessageKind.OneWay)
        {
            Id = 9,
            Attributes = new() { ["command"] = "log" },
            CanSet = new() { ["command"] = "note" },
        },
        Response,
        Answer("business exception", 1, AnswerStatus.ApplicationError),
        Answer("bad request", 2, AnswerStatus.ClientError),
        Answer("busy", 3, AnswerStatus.Overloaded),
        Answer("out of time", 4, AnswerStatus.Timeout),
        Answer("failed", 5, AnswerStatus.ServerError),
        Answer("status of a later version", 65535, AnswerStatus.ServerError),
        new("heartbeat of a client", Origin.Client, Message(4, 10, 0, [], ""), MessageKind.Heartbeat) { Id = 10 },
        new("heartbeat of a server", Origin.Server, Message(4, 11, 0, [], ""), MessageKind.Heartbeat) { Id = 11 },
        new("heartbeat answer", Origin.Server, Message(5, 10, 0, [], ""), MessageKind.HeartbeatAnswer) { Id = 10 },
        new("go-away", Origin.Server, Message(6, 0, 0, [], ""), MessageKind.GoAway),
        new("stream open", Origin.Client, Message(7, 12, 0, [("command", "chat")], ""), MessageKind.StreamOpen)
        {
            Id = 12,
            Attributes = new() { ["command"] = "chat" },
            CanSet = new() { ["room"] = "1" },
        },
        new("data of a client", Origin.Client, Message(8, 12, 0, [], "hi"), MessageKind.StreamData) { Id = 12, Flags = FrameFlags.None },
        new("data of a server", Origin.Server, Message(8, 12, 0, [], "ho"), MessageKind.StreamData) { Id = 12, Flags = FrameFlags.None },
        new("stream closed", Origin.Client, Message(9, 12, 0, [], ""), MessageKind.StreamClose) { Id = 12, Flags = FrameFlags.EndStream },
        new("stream aborted", Origin.Server, Message(9, 12, 5, [], "why"), MessageKind.StreamClose) { Id = 12, Flags = FrameFlags.EndBoth },
        new("push", Origin.Server, Message(10, 0, 0, [("topic", "news")], "extra"), MessageKind.ServerPush)
        {
            Attributes = new() { ["topic"] = "news" },
        },
    ];

    public static byte[] Message(byte type, uint id, ushort status, (string Key, string Value)[] headers, string body)
    {
        var block = headers.SelectMany(pair => Text(pair.Key).Concat(Text(pair.Value))).ToArray();
        var text = Encoding.UTF8.GetBytes(body);
        var length = U32((uint)(16 + block.Length + text.Length));
        return [(byte)'A', (byte)'W', 1, type, .. length, .. U32(id), .. U16(status), .. U16(block.Length), .. block, .. text];
    }

    private static Sample Answer(string name, ushort code, AnswerStatus status) =>
        new(name, Origin.Server, Message(2, 7, code, [], "why"), MessageKind.Response)
        {
            Id = 7,
            Status = status,
            Code = code,
            Answers = Request,
        };

    private static byte[] Text(string text) => [.. U16(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
