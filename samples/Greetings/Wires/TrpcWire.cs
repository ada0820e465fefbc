using System.Buffers.Binary;
using System.Text;

namespace Greetings.Wires;

/// <summary>
/// tRPC: u16 0x0930, type, stream type, u32 length of all, u16 length of the head, u32 id, two bytes; the head (trpc.proto: RequestProtocol,
/// ResponseProtocol), the body, which is a text here.
/// </summary>
internal sealed class TrpcWire : Wire
{
    private const int NoFunction = 12;

    public override string Protocol => "trpc";

    public override int HeadSize => 16;

    public override int Length(ReadOnlySpan<byte> start)
    {
        Expect(BinaryPrimitives.ReadUInt16BigEndian(start) == 0x0930, "no magic number");
        return BinaryPrimitives.ReadInt32BigEndian(start[4..]);
    }

    public override byte[] WriteCall(GreetingCall call)
    {
        var head = new ProtobufFields().Add(3, call.Id).Add(6, Greeting.Service).Add(7, $"/{Greeting.Service}/{call.Method}");
        if (call.Caller.Length > 0) head.Add(5, call.Caller);
        return Write(call.Id, head, call.Name);
    }

    public override GreetingCall ReadCall(ReadOnlySpan<byte> message)
    {
        var (head, text) = Read(message);
        return new((uint)head.Number(3), head.Text(7).Split('/')[^1], text, head.Text(5));
    }

    public override byte[] WriteAnswer(GreetingAnswer answer)
    {
        var head = new ProtobufFields().Add(3, answer.Id);
        if (answer.Error is not null) head.Add(4, NoFunction).Add(6, answer.Text);
        return Write(answer.Id, head, answer.Error is null ? answer.Text : "");
    }

    public override GreetingAnswer ReadAnswer(ReadOnlySpan<byte> message)
    {
        var (head, text) = Read(message);
        var code = (int)head.Number(4);
        return code == 0 ? new((uint)head.Number(3), text) : new((uint)head.Number(3), head.Text(6), $"ret {code}");
    }

    private byte[] Write(uint id, ProtobufFields head, string text)
    {
        var coded = head.ToArray();
        return new Bytes().U16(0x0930).U16(0).I32(HeadSize + coded.Length + Bytes.SizeOf(text)).U16(coded.Length).I32((int)id).U16(0)
            .Raw(coded).Text(text).ToArray();
    }

    private (ProtobufFields Head, string Text) Read(ReadOnlySpan<byte> message)
    {
        var head = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        Expect(head <= message.Length - HeadSize, "a head of the wrong length");
        return (ProtobufFields.Read(message.Slice(HeadSize, head)), Encoding.UTF8.GetString(message[(HeadSize + head)..]));
    }
}
