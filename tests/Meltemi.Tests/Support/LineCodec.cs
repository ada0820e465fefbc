using System.Buffers;
using System.Text;
using Meltemi.Codec;

namespace Meltemi.Tests.Support;

/// <summary>
/// The least protocol without ids: a request is a line, its answer is a line, in order. A line that begins with <c>?</c> is one-way. The first
/// word is the attribute <c>command</c>. A line of the server that begins with <c>*</c> answers nothing.
/// </summary>
internal sealed class LineCodec(bool serverFirst = false) : ICodec
{
    public CodecInfo Info { get; } = new()
    {
        Name = "line",
        OrderedAnswers = true,
        PoolMode = serverFirst ? PoolMode.Bound : PoolMode.Pipelined,
        OtherPoolModes = [PoolMode.OneAtATime, PoolMode.Bound],
        Attributes = ["command"],
        MethodAttribute = "command",
        ServerSpeaksFirst = serverFirst,
    };

    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0) return bytes.Length < 1000 ? Decoded.Need(bytes.Length + 1) : Decoded.Malformed("line too long");
        frame.Length = end + 1;
        frame.Kind = origin == Origin.Server ? bytes[0] == '*' ? MessageKind.ServerPush : MessageKind.Response
            : bytes[0] == '?' ? MessageKind.OneWay : MessageKind.Request;
        if (origin == Origin.Server && bytes[0] == '!') frame.Status = AnswerStatus.ServerError;
        return Decoded.Complete;
    }

    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new Reader(keys.IndexOf("command"));

    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        output.Write(Encoding.UTF8.GetBytes($"!{reason}\n"));
        return 1;
    }

    private sealed class Reader(int slot) : AttributeReader
    {
        public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
        {
            var end = message.IndexOfAny((byte)' ', (byte)'\n');
            values.SetRange(slot, 0, end);
            return true;
        }
    }
}
