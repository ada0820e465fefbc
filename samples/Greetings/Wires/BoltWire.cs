using System.Buffers.Binary;
using System.Text;

namespace Greetings.Wires;

/// <summary>
/// SOFABolt, version 1, with a text as content (com.alipay.remoting.rpc.protocol.RpcProtocol): protocol, type, u16 command, command version,
/// u32 id, codec; of requests an i32 time-out, of answers a u16 status; u16 and u16 and u32 lengths of class name, header and content.
/// </summary>
internal sealed class BoltWire : Wire
{
    private const byte V1 = 1, Json = 12;
    private const byte Answer = 0, Request = 1;
    private const int ServerException = 2;
    private const int TimeoutMs = 3000;
    private const string Caller = "rpc_trace_context.sofaCallerApp", Method = "sofa_head_method_name";

    public override string Protocol => "bolt";

    public override int HeadSize => 20;

    public override int Length(ReadOnlySpan<byte> start)
    {
        Expect(start[0] == V1 && start[1] <= Request, "not a message of version 1");
        var at = LengthsAt(start[1]);
        if (start.Length < at + 8) return at + 8;
        return at + 8 + BinaryPrimitives.ReadUInt16BigEndian(start[at..]) + BinaryPrimitives.ReadUInt16BigEndian(start[(at + 2)..])
            + BinaryPrimitives.ReadInt32BigEndian(start[(at + 4)..]);
    }

    public override byte[] WriteCall(GreetingCall call)
    {
        var pairs = new Dictionary<string, string> { ["service"] = $"{Greeting.Service}:1.0", [Method] = call.Method };
        if (call.Caller.Length > 0) pairs[Caller] = call.Caller;
        return Write(Request, call.Id, TimeoutMs, "com.alipay.sofa.rpc.core.request.SofaRequest", pairs, call.Name);
    }

    public override GreetingCall ReadCall(ReadOnlySpan<byte> message)
    {
        var (pairs, content) = Read(message, Request);
        return new(Id(message), pairs.GetValueOrDefault(Method, ""), content, pairs.GetValueOrDefault(Caller, ""));
    }

    public override byte[] WriteAnswer(GreetingAnswer answer) =>
        Write(Answer, answer.Id, answer.Error is null ? 0 : ServerException, "com.alipay.sofa.rpc.core.response.SofaResponse", [], answer.Text);

    public override GreetingAnswer ReadAnswer(ReadOnlySpan<byte> message)
    {
        var status = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        return new(Id(message), Read(message, Answer).Content, status == 0 ? null : $"status {status}");
    }

    private static int LengthsAt(byte type) => type == Answer ? 12 : 14;

    private static uint Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt32BigEndian(message[5..]);

    private static byte[] Write(byte type, uint id, int rest, string className, Dictionary<string, string> pairs, string content)
    {
        var header = new Bytes();
        foreach (var (key, value) in pairs) header.I32(Bytes.SizeOf(key)).Text(key).I32(Bytes.SizeOf(value)).Text(value);
        var message = new Bytes().U8(V1).U8(type).U16(type == Answer ? 2 : 1).U8(1).I32((int)id).U8(Json);
        message = type == Answer ? message.U16(rest) : message.I32(rest);
        return message.U16(Bytes.SizeOf(className)).U16(header.Length).I32(Bytes.SizeOf(content)).Text(className).Raw(header.ToArray()).Text(content).ToArray();
    }

    private (Dictionary<string, string> Pairs, string Content) Read(ReadOnlySpan<byte> message, byte type)
    {
        Expect(message[1] == type, $"a message of type {message[1]}");
        var at = LengthsAt(type);
        var header = at + 8 + BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        var content = header + BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]);
        var pairs = new Dictionary<string, string>();
        for (var rest = message[header..content]; !rest.IsEmpty;) pairs[TakeText(ref rest)] = TakeText(ref rest);
        // What comes from a proxy is an exception in Hessian: its message is among other texts.
        return (pairs, Encoding.UTF8.GetString(message[content..]));
    }

    private string TakeText(ref ReadOnlySpan<byte> from)
    {
        var length = from.Length < 4 ? -1 : BinaryPrimitives.ReadInt32BigEndian(from);
        Expect(length >= 0 && length <= from.Length - 4, "a broken header");
        var text = Encoding.UTF8.GetString(from.Slice(4, length));
        from = from[(4 + length)..];
        return text;
    }
}
