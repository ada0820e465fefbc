namespace Meltemi.Tests.Codec.Declarative;

/// <summary>Every mistake is named with its place and, where there is one, a way out.</summary>
public class ValidationTests
{
    private const string Good = """
        name: tiny
        layout:
        - { name: magic, type: U16, value: 7 }
        - { name: kind, type: U8 }
        - { name: flags, type: U8 }
        - { name: urgent, type: BITS, bits: { of: flags } }
        - { name: id, type: U32 }
        - { name: status, type: U8 }
        - { name: headerSize, type: U16 }
        - { name: bodySize, type: U16 }
        - { name: header, type: PAIRS, size: headerSize }
        - { name: body, type: TEXT, size: bodySize }
        id: id
        kinds:
        - { when: { kind: 1 }, from: CLIENT, is: REQUEST }
        - { when: { kind: 2 }, from: SERVER, is: RESPONSE }
        - { when: { kind: 3 }, is: HEARTBEAT }
        - { when: { kind: 4 }, is: HEARTBEAT_ANSWER }
        status: { field: status, values: { "0": OK } }
        attributes: [ { name: user, from: header.user }, { name: lane, from: header.lane } ]
        mutable: [header]
        heartbeat: { request: { kind: 3 }, answer: { kind: 4 } }
        errors: { message: { kind: 2, status: 1, body: "%TEXT%" } }
        """;

    [Fact]
    public void Nothing_is_wrong_with_what_is_right() => Assert.Empty(Declared.Problems(Good));

    [Theory]
    [InlineData("size: headerSize", "size: headrSize", "layout[8].size: there is no field 'headrSize' in the layout; did you mean 'headerSize'?")]
    [InlineData("type: PAIRS, size: headerSize", "type: PAIRS, size: body", "layout[8].size: the field 'body' does not come before this one, so that it is not known when it is needed")]
    [InlineData("name: bodySize", "name: headerSize", "layout[7].name: there are two fields 'headerSize'")]
    [InlineData("type: TEXT, size: bodySize", "type: TEXT", "layout[9].size: TEXT needs a size: a number of bytes, the name of an earlier field, REST, or an 'until'")]
    [InlineData("type: TEXT, size: bodySize", "type: TEXT, size: REST", "layout[9].size: REST needs a 'length' or a 'delimiter' of the message: otherwise nobody knows where the message ends")]
    [InlineData("size: bodySize", "size: headerSize", "layout[9].size: 'headerSize' is the size of 'header' already")]
    [InlineData("value: 7", "value: 70000", "layout[0].value: a U16 is at most 65535")]
    [InlineData("bits: { of: flags }", "bits: { of: flags, from: 6, count: 3 }", "layout[3].bits: 'flags' has only 8 bits")]
    [InlineData("id: id\n", "id: header.id\n", "id: an id is a number of the layout, or a number in a field of type PROTOBUF")]
    [InlineData("when: { kind: 3 }", "when: { kind: 1 }, from: CLIENT", "kinds[2]: never reached: kinds[0] matches all that this one does; put the narrower rule first")]
    [InlineData("when: { kind: 2 }, from: SERVER", "when: { kind: 2 }, from: CLIENT", "kinds[1].from: a RESPONSE is sent by a server")]
    [InlineData("when: { kind: 3 }", "when: { knid: 3 }", "kinds[2].when.knid: there is no field 'knid' in the layout; did you mean 'kind'?")]
    [InlineData("when: { kind: 3 }", "when: { kind: three }", "kinds[2].when.kind: the values of a number are numbers, decimal or hexadecimal after 0x")]
    [InlineData("values: { \"0\": OK }", "values: { \"1\": SERVER_ERROR }", "status.values: no value means OK")]
    [InlineData("from: header.user", "from: body.user", "attributes[0].from[0]: 'body' has no parts: only PAIRS, TLV, LINES, JSON and PROTOBUF have")]
    [InlineData("name: lane", "name: user", "attributes[1].name: there are two attributes 'user'")]
    [InlineData("mutable: [header]", "mutable: [header]\nmethodAttribute: usr", "method_attribute: there is no attribute 'usr'; did you mean 'user'?")]
    [InlineData("mutable: [header]", "mutable: [headerSize]", "mutable[0]: 'headerSize' is a size: it follows from what is changed")]
    [InlineData("mutable: [header]", "mutable: [kind]", "mutable[0]: 'kind' says what the message is, so that another value would make it another message")]
    [InlineData("request: { kind: 3 }", "request: { kind: 4 }", "heartbeat.request: the message decodes as HeartbeatAnswer, not as Heartbeat")]
    [InlineData("request: { kind: 3 }", "request: { knd: 3 }", "heartbeat.request.knd: there is no field 'knd' in the layout; did you mean 'kind'?")]
    [InlineData("status: 1, body", "status: 0, body", "errors.message: the answer for NO_ROUTE decodes as OK: clients would take it for a success")]
    [InlineData("message: { kind: 2", "message: { kind: 9", "errors.message: the message cannot be decoded again: tiny: no kind of message is like this")]
    [InlineData("message: { kind: 2", "message: { kind: 300", "errors.message.kind: 'kind' is from 0 to 255, not 300")]
    [InlineData("message: { kind: 2", "message: { bodySize: 2, kind: 2", "errors.message.bodySize: 'bodySize' follows from the other fields, so that it is not said")]
    [InlineData("errors: { message", "heartbeats: { message", "errors: 'errors' is missing: without it clients wait for ever when the proxy cannot reach a server")]
    [InlineData("mutable: [header]", "poolMode: MULTIPLEXED\notherPoolModes: [PIPELINED]", "")]
    [InlineData("id: id\n", "poolMode: MULTIPLEXED\n", "pool_mode: MULTIPLEXED needs an 'id'")]
    [InlineData("size: bodySize }", "size: bodySize, until: \"x\" }", "layout[9].until: it has either a size or an 'until', not both")]
    [InlineData("type: PAIRS, size: headerSize", "type: JSON, size: headerSize", "mutable[0]: 'header' is JSON, of which nothing can be changed: values would have to be escaped and put in place in texts of any form")]
    public void A_mistake_is_named(string right, string wrong, string expected)
    {
        var text = Good.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Good, text);
        var problems = Declared.Problems(text);
        if (expected.Length == 0) Assert.Empty(problems);
        else Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }
}
