using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>The invented protocol of text: delimiters, decimal digits, header lines.</summary>
public class DomeTests : ConformanceTests
{
    private static readonly Sample Open = new("open", Origin.Client, Text("REQ 17 open 5\r\nUser: ann\r\nlane:canary\r\n\r\nhello"), MessageKind.Request)
    {
        Id = 17,
        Attributes = new() { ["command"] = "open", ["user"] = "ann", ["lane"] = "canary", ["caller"] = null },
        CanSet = new() { ["user"] = "bob", ["caller"] = "till", ["X-New"] = "1" },
        CanRemove = ["user", "lane"],
        Body = "hello"u8.ToArray(),
    };

    protected override ICodec Codec { get; } = Declared.Sample("dome.yaml");

    protected override IReadOnlyList<Sample> Samples { get; } =
    [
        Open,
        new("without body", Origin.Client, Text("REQ 1 close 0\r\nUser: ann\r\n\r\n"), MessageKind.Request) { Id = 1, CanSet = new() { ["user"] = "a much longer name" } },
        new("a note", Origin.Client, Text("NOTE 9 log 4\r\nA: b\r\n\r\nline"), MessageKind.OneWay) { Id = 9, CanSet = new() { ["user"] = "ann" } },
        new("done", Origin.Server, Text("ANS 17 200 4\r\nServed-By: a\r\n\r\ndone"), MessageKind.Response) { Id = 17, Code = 200, Status = AnswerStatus.Ok, Answers = Open, CanSet = new() { ["served-by"] = "b" } },
        new("failed", Origin.Server, Text("ANS 17 503 4\r\nReason: rain\r\n\r\nrain"), MessageKind.Response) { Id = 17, Code = 503, Status = AnswerStatus.Overloaded, Answers = Open },
    ];

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
