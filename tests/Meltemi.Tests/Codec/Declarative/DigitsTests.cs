using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Codec.Testing;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>A length of four digits that counts itself, 24 bits of id, a size that counts itself, lines without a colon, and a field that only some messages have.</summary>
public class DigitsTests : ConformanceTests
{
    private static readonly Sample Ask = new("ask", Origin.Client, Message('Q', 0x010203, "a=1;b=two", "hello", 9), MessageKind.Request)
    {
        Id = 0x010203,
        Attributes = new() { ["a"] = "1", ["b"] = "two", ["c"] = null, ["text"] = "hello", ["deadline"] = "9", ["letter"] = "51" },
        CanSet = new() { ["b"] = "a longer value than before", ["c"] = "3", ["text"] = "other words", ["deadline"] = "65000" },
        CanRemove = ["a", "c"],
    };

    protected override ICodec Codec { get; } = Declared.Of("""
        name: digits
        layout:
        - { name: length, type: DECIMAL, size: 4 }
        - { name: letter, type: TEXT, size: 1, values: [Q, A, P] }
        - { name: hasDeadline, type: U8, values: [0, 1] }
        - { name: id, type: U24 }
        - { name: deadline, type: U16, when: { hasDeadline: 1 } }
        - { name: fieldsSize, type: U16, plus: -2 }
        - { name: fields, type: LINES, size: fieldsSize, lines: { separator: "=", end: ";" } }
        - { name: textSize, type: ZIGZAG }
        - { name: text, type: TEXT, size: textSize }
        length: { field: length, plus: 4 }
        id: id
        kinds:
        - { when: { letter: Q }, from: CLIENT, is: REQUEST }
        - { when: { letter: [A, P] }, from: SERVER, is: RESPONSE }
        status: { field: fields.status }
        attributes:
        - { from: fields.* }
        - { name: text, from: text }
        - { name: letter, from: letter, type: HEX }
        - { name: deadline, from: deadline }
        mutable: [fields, text, deadline]
        timeoutAttribute: deadline
        errors: { message: { letter: A, fields: { status: "1" }, text: "%TEXT%" }, maxTextBytes: 4096 }
        """);

    protected override IReadOnlyList<Sample> Samples { get; } =
    [
        Ask,
        new("nothing", Origin.Client, Message('Q', 0xffffff, "", "", null), MessageKind.Request) { Id = 0xffffff, CanSet = new() { ["b"] = "x", ["text"] = "y" }, Attributes = new() { ["text"] = null, ["deadline"] = null } },
        new("answer", Origin.Server, Message('A', 5, "z=1", "ok", null), MessageKind.Response) { Id = 5, Answers = Ask, Status = AnswerStatus.Ok, CanSet = new() { ["z"] = "2" } },
        new("failure", Origin.Server, Message('P', 5, "status=3;", "no", null), MessageKind.Response) { Id = 5, Answers = Ask, Code = 3, Status = AnswerStatus.ServerError },
    ];

    private static byte[] Message(char letter, int id, string fields, string text, ushort? deadline)
    {
        byte[] late = deadline is { } value ? [(byte)(value >> 8), (byte)value] : [];
        byte[] rest =
        [
            (byte)letter, (byte)(deadline is null ? 0 : 1), (byte)(id >> 16), (byte)(id >> 8), (byte)id, .. late, 0, (byte)(fields.Length + 2),
            .. Encoding.ASCII.GetBytes(fields), (byte)(text.Length * 2), .. Encoding.ASCII.GetBytes(text),
        ];
        return [.. Encoding.ASCII.GetBytes($"{rest.Length:0000}"), .. rest];
    }
}
