using System.Buffers;
using Meltemi.Codec;

namespace Meltemi.Tests.Codec.Testing;

/// <summary>
/// A protocol with what AwesomeRPC lacks: lines, no ids, answers in order, a greeting that must come first (connection state), and answers
/// of two lines that only the question tells from answers of one (memo). <c>HELLO x</c>, <c>GET x</c>, <c>STAT x</c>, <c>PING</c>.
/// </summary>
internal class LineCodec : ICodec
{
    private const int MaxLine = 8192;
    private const long TwoLines = 1, Beat = 2;

    public CodecInfo Info { get; } = new()
    {
        Name = "lines",
        OrderedAnswers = true,
        PoolMode = PoolMode.OneAtATime,
        OtherPoolModes = [PoolMode.Pipelined],
        Heartbeats = true,
        Attributes = ["verb", "key"],
        MethodAttribute = "verb",
    };

    public object? NewConnectionState(Origin origin) => origin == Origin.Client ? new Greeted() : null;

    public virtual Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame)
    {
        var end = EndOf(bytes);
        if (end < 0) return Short(bytes.Length);
        var line = bytes[..end];
        if (origin == Origin.Client) return Request(line, (Greeted)state!, ref frame);
        frame.Kind = frame.Memo == Beat ? MessageKind.HeartbeatAnswer : MessageKind.Response;
        frame.Code = line.StartsWith("-"u8) ? 1 : 0;
        frame.Status = frame.Code == 0 ? AnswerStatus.Ok : AnswerStatus.ServerError;
        frame.Length = end + 1;
        if (frame.Memo != TwoLines || frame.Code != 0) return Decoded.Complete;
        var second = EndOf(bytes[frame.Length..]);
        if (second < 0) return Short(bytes.Length);
        frame.Length += second + 1;
        return Decoded.Complete;
    }

    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new Reader(keys, origin);

    public virtual int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var to = output.GetSpan(text.Length + 2);
        to[0] = (byte)'-';
        text.CopyTo(to[1..]);
        to[1..(text.Length + 1)].Replace((byte)'\n', (byte)' ');
        to[text.Length + 1] = (byte)'\n';
        output.Advance(text.Length + 2);
        return 1;
    }

    public void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output) => output.Write("PING\n"u8);

    public void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) =>
        output.Write("PONG\n"u8);

    protected virtual Decoded Request(ReadOnlySpan<byte> line, Greeted state, ref Frame frame)
    {
        frame.Length = line.Length + 1;
        if (line.SequenceEqual("PING"u8))
        {
            frame.Kind = MessageKind.Heartbeat;
            frame.Memo = Beat;
            return Decoded.Complete;
        }

        var hello = line.StartsWith("HELLO "u8);
        if (hello == state.Yes) return Decoded.Malformed("HELLO comes first, and once");
        state.Yes = true;
        frame.Memo = line.StartsWith("STAT "u8) ? TwoLines : 0;
        frame.Flags = hello ? FrameFlags.ChangesConnection : FrameFlags.None;
        frame.KeepLength = Math.Min(line.Length, 4);
        return Decoded.Complete;
    }

    protected static int EndOf(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, MaxLine)].IndexOf((byte)'\n');

    protected static Decoded Short(int given) => given >= 2 * MaxLine ? Decoded.Malformed("line too long") : Decoded.Need(given + 1);

    internal sealed class Greeted
    {
        public bool Yes { get; set; }
    }

    private sealed class Reader(AttributeKeys keys, Origin origin) : AttributeReader
    {
        public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
        {
            if (origin == Origin.Server) return true;
            var space = message.IndexOf((byte)' ');
            if (space < 0) return true;
            values.SetRange(keys.IndexOf("verb"u8), 0, space);
            values.SetRange(keys.IndexOf("key"u8), space + 1, frame.Length - space - 2);
            return true;
        }
    }
}
