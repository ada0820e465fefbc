using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Protocols.Brpc;

/// <summary>Messages for the conformance kit.</summary>
internal static class BrpcSamples
{
    public static Sample Request { get; } = Of("request", 11);

    public static IReadOnlyList<Sample> All { get; } =
    [
        Request,
        Of("request with a long number", 0x7edc_ba98_7654_3210),
        Of("request with a negative number", -5),
        new("request with nothing else", Origin.Client, BrpcMessages.Request(11, meta =>
        {
            meta.UserFields.Clear();
            meta.Request.ClearLogId();
            meta.Request.ClearTimeoutMs();
        }), MessageKind.Request)
        {
            Id = 11,
            Attributes = new() { ["service"] = "example.EchoService", ["log_id"] = null, ["timeout_ms"] = null, ["user"] = null },
            CanSet = new() { ["user"] = "bob" },
            CanRemove = ["user"],
            Body = BrpcMessages.Payload,
        },
        Answer("answer", BrpcMessages.Answer(11), 0, AnswerStatus.Ok) with { Body = BrpcMessages.Payload },
        Answer("no such method", BrpcMessages.Answer(11, 1002, "no such method"), 1002, AnswerStatus.ClientError),
        Answer("overloaded", BrpcMessages.Answer(11, 2004, "limit"), 2004, AnswerStatus.Overloaded),
        Answer("the service's own", BrpcMessages.Answer(11, 12345, "sold out"), 12345, AnswerStatus.ApplicationError),
        new("stream's frame", Origin.Server, [.. "STRM"u8, 0, 0, 0, 3, 0, 0, 0, 1, 8, 1, 2], MessageKind.ServerPush),
    ];

    private static Sample Of(string name, long id) => new(name, Origin.Client, BrpcMessages.Request(id), MessageKind.Request)
    {
        Id = (ulong)id,
        Attributes = new()
        {
            ["service"] = "example.EchoService",
            ["method"] = "Echo",
            ["caller"] = "shop",
            ["kind"] = "request",
            ["log_id"] = "77",
            ["timeout_ms"] = "250",
            ["user"] = "ann",
        },
        CanSet = new() { ["user"] = "bob", ["x-lane"] = "gr\u00fcn", ["caller"] = "till" },
        CanRemove = ["user", "not-there"],
        Body = BrpcMessages.Payload,
    };

    private static Sample Answer(string name, byte[] bytes, int code, AnswerStatus status) => new(name, Origin.Server, bytes, MessageKind.Response)
    {
        Id = 11,
        Code = code,
        Status = status,
        Answers = Request,
        Attributes = new() { ["error_code"] = $"{code}", ["kind"] = "response", ["zone"] = "b" },
        CanSet = new() { ["zone"] = "c", ["x-lane"] = "green" },
        CanRemove = ["zone"],
    };
}
