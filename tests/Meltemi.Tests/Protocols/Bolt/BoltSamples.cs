using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Protocols.Support;

namespace Meltemi.Tests.Protocols.Bolt;

/// <summary>Messages of sofa-bolt-node for the conformance kit, and of our own for what it cannot write.</summary>
internal static class BoltSamples
{
    private static readonly Dictionary<string, string> Follows =
        new() { ["method"] = "sofa_head_method_name", ["caller"] = "rpc_trace_context.sofaCallerApp" };

    // Without the service, which the interface follows.
    private static readonly Dictionary<string, string?> InHessian = new()
    {
        ["interface"] = "com.example.Greeter",
        ["method"] = "greet",
        ["caller"] = null,
        ["kind"] = "request",
        ["class"] = "com.alipay.sofa.rpc.core.request.SofaRequest",
        ["codec"] = "hessian2",
        ["timeout"] = "250",
        ["user"] = null,
    };

    private static readonly Dictionary<string, string?> InProtobuf = new(InHessian)
    {
        ["caller"] = "shop",
        ["codec"] = "protobuf",
        ["sofa_head_method_name"] = "greet",
        ["sofa_head_target_app"] = "greeter",
        ["user"] = "ann",
        ["rpc_trace_context.sofaTraceId"] = "t1",
    };

    public static Sample ProtobufRequest { get; } = Request("request in protobuf", GoldenFrames.ProtobufRequest, InProtobuf, 1);

    public static Sample HessianRequest { get; } = Request("request in Hessian 3", GoldenFrames.Request, InHessian, 1);

    public static Sample NewHessianRequest { get; } = Request("request in Hessian 4", GoldenFrames.NewHessianRequest, InHessian, 1);

    public static Sample V2Request { get; } = Request("version 2", GoldenFrames.V2Request, InHessian, 3);

    public static Sample V2CrcRequest { get; } = Request("version 2 with CRC", GoldenFrames.V2CrcRequest, InProtobuf, 4);

    public static IReadOnlyList<Sample> All { get; } =
    [
        ProtobufRequest,
        HessianRequest,
        NewHessianRequest,
        V2Request,
        V2CrcRequest,
        Request("one-way", GoldenFrames.OneWay, new(InProtobuf) { ["kind"] = "oneway" }, 1) with { Kind = MessageKind.OneWay },
        Request("no class, no header, no content", Message(1, 1, 0, []), [], 1) with { CanRemove = ["user"] },
        Request("null and empty values", Message(1, 1, 100, [("nothing", null), ("empty", ""), ("user", "ann")]),
            new() { ["nothing"] = null, ["empty"] = "", ["user"] = "ann", ["timeout"] = "100" }, 1),
        new("heartbeat", Origin.Client, GoldenFrames.Heartbeat, MessageKind.Heartbeat) { Id = 12, Variant = 1 },
        new("heartbeat of a server", Origin.Server, GoldenFrames.V2CrcHeartbeat, MessageKind.Heartbeat) { Id = 12, Variant = 4 },
        new("heartbeat's answer", Origin.Server, GoldenFrames.HeartbeatAnswer, MessageKind.HeartbeatAnswer) { Id = 12 },
        new("heartbeat's answer with CRC", Origin.Server, GoldenFrames.V2CrcHeartbeatAnswer, MessageKind.HeartbeatAnswer) { Id = 12 },
        new("go-away", Origin.Server, Message(1, 100, 0, []), MessageKind.GoAway) { Id = 11 },
        new("call of a server", Origin.Server, GoldenFrames.ProtobufRequest, MessageKind.ServerPush) { Id = 11 },
        Answer("value", GoldenFrames.Value, HessianRequest, 0, AnswerStatus.Ok),
        Answer("null", GoldenFrames.Null, HessianRequest, 0, AnswerStatus.Ok),
        Answer("exception", GoldenFrames.Exception, HessianRequest, 2, AnswerStatus.ServerError),
        Answer("busy", GoldenFrames.Busy, HessianRequest, 4, AnswerStatus.Overloaded),
        Answer("value in protobuf", GoldenFrames.ProtobufValue, ProtobufRequest, 0, AnswerStatus.Ok),
        Answer("exception in protobuf", GoldenFrames.ProtobufException, ProtobufRequest, 2, AnswerStatus.ServerError),
        Answer("value with CRC", GoldenFrames.V2CrcValue, V2CrcRequest, 0, AnswerStatus.Ok),
        Answer("exception of the business, as Java's servers say it", Message(0, 2, 0, [("sofa_head_response_error", "true")]), HessianRequest,
            0, AnswerStatus.ApplicationError),
        Answer("unknown status", Message(0, 2, 77, []), HessianRequest, 77, AnswerStatus.ServerError),
    ];

    /// <summary>A message of version 1 without content.</summary>
    /// <param name="rest">The time-out of a request, the status of an answer.</param>
    public static byte[] Message(byte type, ushort command, int rest, (string Key, string? Value)[] pairs)
    {
        var header = new List<byte>();
        foreach (var (key, value) in pairs)
        {
            Text(key);
            Text(value);
        }

        byte[] restBytes = type == 0 ? [(byte)(rest >> 8), (byte)rest] : Int(rest);
        return [1, type, .. Int(command)[2..], 1, .. Int(11), 1, .. restBytes, 0, 0, .. Int(header.Count)[2..], 0, 0, 0, 0, .. header];

        void Text(string? text)
        {
            header.AddRange(Int(text is null ? -1 : Encoding.UTF8.GetByteCount(text)));
            header.AddRange(Encoding.UTF8.GetBytes(text ?? ""));
        }
    }

    private static byte[] Int(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static Sample Request(string name, byte[] bytes, Dictionary<string, string?> attributes, byte variant) =>
        new(name, Origin.Client, bytes, MessageKind.Request)
        {
            Id = 11,
            Variant = variant,
            Attributes = attributes,
            Follows = Follows,
            CanSet = new() { ["user"] = "bob", ["x-lane"] = "gr\u00fcn", [""] = "nameless" },
            CanRemove = ["user", "not-there"],
        };

    private static Sample Answer(string name, byte[] bytes, Sample request, int code, AnswerStatus status) =>
        new(name, Origin.Server, bytes, MessageKind.Response)
        {
            Id = 11,
            Code = code,
            Status = status,
            Answers = request,
            Attributes = new() { ["status"] = $"{code}", ["kind"] = "response", ["user"] = null },
            CanSet = new() { ["user"] = "bob" },
            CanRemove = ["user"],
        };
}
