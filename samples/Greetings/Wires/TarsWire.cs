using System.Buffers.Binary;

namespace Greetings.Wires;

/// <summary>
/// Tars: u32 length of all, then the fields of RequestF.tars. A request: 1 version, 2 packet type, 3 message type, 4 id, 5 servant, 6 function,
/// 7 buffer, 8 time-out, 9 context, 10 status. An answer: 1 version, 2 packet type, 3 id, 4 message type, 5 return code, 6 buffer, 7 status, 8 text.
/// </summary>
internal sealed class TarsWire : Wire
{
    private const int TimeoutMs = 3000;
    private const int NoFunction = -3;

    public override string Protocol => "tars";

    public override int HeadSize => 4;

    public override int Length(ReadOnlySpan<byte> start) => BinaryPrimitives.ReadInt32BigEndian(start);

    public override byte[] WriteCall(GreetingCall call)
    {
        var context = new Dictionary<string, string>();
        if (call.Caller.Length > 0) context["caller"] = call.Caller;
        return Frame(new TarsFields().Number(1, 1).Number(2, 0).Number(3, 0).Number(4, (int)call.Id).Text(5, Greeting.Service).Text(6, call.Method)
            .Buffer(7, Argument(1, call.Name)).Number(8, TimeoutMs).Map(9, context).Map(10, []));
    }

    public override GreetingCall ReadCall(ReadOnlySpan<byte> message)
    {
        var fields = TarsFields.Read(message[HeadSize..]);
        return new((uint)fields.Number(4), fields.Text(6), Argument(1, fields.Buffer(7)), fields.Map(9).GetValueOrDefault("caller", ""));
    }

    public override byte[] WriteAnswer(GreetingAnswer answer)
    {
        var fields = new TarsFields().Number(1, 1).Number(2, 0).Number(3, (int)answer.Id).Number(4, 0).Number(5, answer.Error is null ? 0 : NoFunction)
            .Buffer(6, answer.Error is null ? Argument(0, answer.Text) : []).Map(7, []);
        return Frame(answer.Error is null ? fields : fields.Text(8, answer.Text));
    }

    public override GreetingAnswer ReadAnswer(ReadOnlySpan<byte> message)
    {
        var fields = TarsFields.Read(message[HeadSize..]);
        var (id, code) = ((uint)fields.Number(3), fields.Number(5));
        return code == 0 ? new(id, Argument(0, fields.Buffer(6))) : new(id, fields.Text(8), $"return code {code}");
    }

    private byte[] Frame(TarsFields fields)
    {
        var coded = fields.ToArray();
        return new Bytes().I32(HeadSize + coded.Length).Raw(coded).ToArray();
    }

    private static byte[] Argument(int tag, string text) => new TarsFields().Text(tag, text).ToArray();

    private static string Argument(int tag, byte[] buffer) => TarsFields.Read(buffer).Text(tag);
}
