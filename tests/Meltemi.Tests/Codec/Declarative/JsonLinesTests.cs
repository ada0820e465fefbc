using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>Objects in JSON, one a line, without ids: a delimiter, attributes by names, kinds and status by what is in the object.</summary>
public class JsonLinesTests : ConformanceTests
{
    private static readonly Sample Ask = new("ask", Origin.Client, Line("""{"ask":"price","from":{"app":"till","rack":[1,2]},"note":"a \"quoted\" w\u00f6rd","n":12}"""), MessageKind.Request)
    {
        Attributes = new() { ["command"] = "price", ["caller"] = "till", ["note"] = "a \"quoted\" wörd", ["n"] = "12", ["rack"] = "[1,2]", ["missing"] = null, ["kind"] = "request" },
    };

    protected override ICodec Codec { get; } = Declared.Of("""
        name: jsonlines
        layout:
        - { name: body, type: JSON, size: REST }
        delimiter: "\n"
        kinds:
        - { when: { body.ask: true }, from: CLIENT, is: REQUEST }
        - { when: { body.answer: true }, from: SERVER, is: RESPONSE }
        - { when: { body.error: true }, from: SERVER, is: RESPONSE }
        status:
          field: body.code
          values: { "200": OK, "429": OVERLOADED, "400-499": CLIENT_ERROR }
          otherwise: SERVER_ERROR
          rules: [ { when: { body.error: true }, is: APPLICATION_ERROR } ]
        attributes:
        - { name: command, from: body.ask }
        - { name: caller, from: body.from.app }
        - { name: rack, from: body.from.rack }
        - { name: note, from: body.note }
        - { name: n, from: body.n }
        - { name: missing, from: body.missing }
        methodAttribute: command
        errors:
          message: { body: { error: "%TEXT%", code: 500 } }
          cases: [ { reasons: [OVERFLOW, RATE_LIMITED], set: { body: { error: "%TEXT%", code: 429 } } } ]
        """);

    // Quotes in texts are escaped, so that a plain line gets through as it is.
    protected override IReadOnlyList<Sample> Samples { get; } =
    [
        Ask,
        new("answer", Origin.Server, Line("""{"answer":{"price":3},"code":200}"""), MessageKind.Response) { Answers = Ask, Code = 200, Status = AnswerStatus.Ok },
        new("answer without a code", Origin.Server, Line("""{"answer":1}"""), MessageKind.Response) { Answers = Ask, Code = 0, Status = AnswerStatus.Ok },
        new("exception of the business", Origin.Server, Line("""{"error":"sold out"}"""), MessageKind.Response) { Answers = Ask, Status = AnswerStatus.ApplicationError },
        new("busy", Origin.Server, Line("""{"error":"later","code":429}"""), MessageKind.Response) { Answers = Ask, Code = 429, Status = AnswerStatus.Overloaded },
    ];

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");
}
