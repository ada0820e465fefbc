using System.Buffers.Binary;
using System.Text;

namespace Greetings.Wires;

/// <summary>
/// bRPC (baidu_std): <c>PRPC</c>, u32 length of what follows the 12 bytes of head, u32 length of the meta, the meta (baidu_rpc_meta.proto: 1 request,
/// 2 response, 4 correlation id, 9 user fields), the payload, which is a text here.
/// </summary>
internal sealed class BrpcWire : Wire
{
    private const int NoMethod = 1002;

    public override string Protocol => "brpc";

    public override int HeadSize => 12;

    public override int Length(ReadOnlySpan<byte> start)
    {
        Expect(start.StartsWith("PRPC"u8), "no PRPC");
        return HeadSize + BinaryPrimitives.ReadInt32BigEndian(start[4..]);
    }

    public override byte[] WriteCall(GreetingCall call)
    {
        var meta = new ProtobufFields().Add(1, new ProtobufFields().Add(1, Greeting.Service).Add(2, call.Method)).Add(4, call.Id);
        if (call.Caller.Length > 0) meta.AddPair(9, "caller", call.Caller);
        return Write(meta, call.Name);
    }

    public override GreetingCall ReadCall(ReadOnlySpan<byte> message)
    {
        var (meta, text) = Read(message);
        return new((uint)meta.Number(4), meta.Message(1)?.Text(2) ?? "", text, meta.PairValue(9, "caller"));
    }

    public override byte[] WriteAnswer(GreetingAnswer answer)
    {
        var response = new ProtobufFields();
        if (answer.Error is not null) response.Add(1, NoMethod).Add(2, answer.Text);
        return Write(new ProtobufFields().Add(2, response).Add(4, answer.Id), answer.Error is null ? answer.Text : "");
    }

    public override GreetingAnswer ReadAnswer(ReadOnlySpan<byte> message)
    {
        var (meta, text) = Read(message);
        var response = meta.Message(2) ?? new ProtobufFields();
        var code = (int)response.Number(1);
        return code == 0 ? new((uint)meta.Number(4), text) : new((uint)meta.Number(4), response.Text(2), $"error {code}");
    }

    private static byte[] Write(ProtobufFields meta, string text)
    {
        var coded = meta.ToArray();
        return new Bytes().Text("PRPC").I32(coded.Length + Bytes.SizeOf(text)).I32(coded.Length).Raw(coded).Text(text).ToArray();
    }

    private (ProtobufFields Meta, string Text) Read(ReadOnlySpan<byte> message)
    {
        var meta = BinaryPrimitives.ReadInt32BigEndian(message[8..]);
        Expect(meta >= 0 && meta <= message.Length - HeadSize, "a meta of the wrong length");
        return (ProtobufFields.Read(message.Slice(HeadSize, meta)), Encoding.UTF8.GetString(message[(HeadSize + meta)..]));
    }
}
