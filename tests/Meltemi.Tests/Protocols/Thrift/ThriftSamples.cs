using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>The golden frames as samples of the conformance kit.</summary>
internal static class ThriftSamples
{
    private static readonly Dictionary<string, Sample> ByName = [];

    public static IReadOnlyList<Sample> All { get; } = [.. Wire.Golden.Keys.Select(Of)];

    private static Sample Of(string name)
    {
        if (ByName.TryGetValue(name, out var known)) return known;
        var parts = name.Split('_', 3);
        var (transport, protocol, message) = (parts[0], parts[1], parts[2]);
        var attributes = new Dictionary<string, string?>
        {
            ["transport"] = transport switch { "Framed" => "framed", "Unframed" => "unframed", _ => "header" },
            ["protocol"] = protocol switch { "Binary" => "binary", "BinaryOld" => "binary-old", _ => "compact" },
            ["method"] = message switch
            {
                "Call" or "Reply" or "Exception" => "echo",
                "MultiplexedCall" or "DeclaredException" => "buy",
                "EveryType" => "every_type",
                "OneWay" => "notify",
                _ => "ping",
            },
            ["service"] = message == "MultiplexedCall" ? "Shop" : null,
            ["message_type"] = message switch
            {
                "OneWay" => "oneway",
                "Exception" => "exception",
                _ => Wire.OriginOf(name) == Origin.Server ? "reply" : "call",
            },
        };
        attributes["kind"] = attributes["message_type"] switch { "call" => "request", "oneway" => "oneway", _ => "response" };
        if (transport == "Zlib") attributes["method"] = attributes["message_type"] = null;
        var pairs = transport is "Pairs" or "Zlib";
        foreach (var (key, value) in (IEnumerable<(string, string)>)[("user", "anna"), ("client_timeout", "250"), ("empty", "")])
        {
            attributes[key] = pairs ? value : null;
        }

        var mutable = transport is not ("Framed" or "Unframed");
        var sample = new Sample(name, Wire.OriginOf(name), Wire.Golden[name], Kind(message))
        {
            Id = GoldenFrames.Id,
            WithoutId = transport == "Zlib", // Stays as it is: the message cannot be looked into.
            Attributes = attributes,
            CanSet = mutable ? new() { ["user"] = "otto", ["client_timeout"] = "7", ["x-lane"] = "canary", [""] = "nameless" } : [],
            CanRemove = ["user", "empty", "x-not-there"],
            Body = message == "Call" && transport != "Zlib" ? "hello"u8.ToArray() : [],
            Status = Status(message),
            Code = message == "Exception" ? 6 : 0,
            Answers = Wire.OriginOf(name) == Origin.Server ? Of($"{transport}_{protocol}_Call") : null,
        };
        return ByName[name] = sample;
    }

    private static MessageKind Kind(string message) => message switch
    {
        "OneWay" => MessageKind.OneWay,
        "Reply" or "VoidReply" or "DeclaredException" or "Exception" => MessageKind.Response,
        _ => MessageKind.Request,
    };

    private static AnswerStatus? Status(string message) => message switch
    {
        "Reply" or "VoidReply" => AnswerStatus.Ok,
        "DeclaredException" => AnswerStatus.ApplicationError,
        "Exception" => AnswerStatus.ServerError,
        _ => null,
    };
}
