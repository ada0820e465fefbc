using System.Buffers;
using Meltemi.Codec;
using static System.Buffers.Binary.BinaryPrimitives;

namespace AwesomeRpc.Codec;

/// <summary>What Meltemi looks for in a plug-in assembly.</summary>
public sealed class AwesomeRpcCodecFactory : ICodecFactory
{
    public IReadOnlyList<string> Names { get; } = ["awesomerpc"];
    public ICodec Create(CodecOptions options) => new AwesomeRpcCodec(options.MaxFrameBytes);
}

/// <summary>AwesomeRPC (wire format in ../README.md) for Meltemi. The file to copy for a protocol of your own.</summary>
public sealed class AwesomeRpcCodec(int maxFrameBytes) : ICodec
{
    private const int TypeAt = 3, LengthAt = 4, IdAt = 8, StatusAt = 12, HeadersLengthAt = 14, HeadLength = 16;
    private const byte Response = 2, Heartbeat = 4, HeartbeatAnswer = 5, GoAway = 6, StreamClose = 9;

    private static readonly MessageKind[] KindOfType = [MessageKind.Request, MessageKind.Response, MessageKind.OneWay, // 1, 2, 3
        MessageKind.Heartbeat, MessageKind.HeartbeatAnswer, MessageKind.GoAway,
        MessageKind.StreamOpen, MessageKind.StreamData, MessageKind.StreamClose, MessageKind.ServerPush];
    private static readonly AnswerStatus[] MeaningOfStatus = [AnswerStatus.Ok, AnswerStatus.ApplicationError,
        AnswerStatus.ClientError, AnswerStatus.Overloaded, AnswerStatus.Timeout, AnswerStatus.ServerError];

    public CodecInfo Info { get; } = new()
    {
        Name = "awesomerpc", HasIds = true, MaxId = uint.MaxValue, Streams = true, Heartbeats = true, GoAway = true,
        Certainty = Certainty.Sure, PoolMode = PoolMode.Multiplexed, OtherPoolModes = [PoolMode.Bound],
        CanMutate = CanMutate.Requests | CanMutate.Responses, FixedAttributes = ["status"], FixedResponseAttributes = ["status"],
        Attributes = ["command", "service", "timeout", "status"], OpenAttributes = true, // every header is an attribute
        InterfaceAttribute = "service", MethodAttribute = "command", TimeoutAttribute = "timeout",
    };

    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame)
    {
        if (!bytes.StartsWith("AW\u0001"u8[..Math.Min(bytes.Length, 3)])) return Decoded.NotThis("does not start with AW, version 1");
        if (bytes.Length < HeadLength) return Decoded.Need(HeadLength);
        if (bytes[TypeAt] == 0 || bytes[TypeAt] > KindOfType.Length) return Decoded.Malformed("unknown type");
        if (origin == Origin.Client ? bytes[TypeAt] is 2 or 10 : bytes[TypeAt] is 1 or 3 or 7) return Decoded.Malformed("wrong side");
        frame.Kind = KindOfType[bytes[TypeAt] - 1];
        var length = ReadUInt32BigEndian(bytes[LengthAt..]);
        frame.Mark0 = HeadLength + ReadUInt16BigEndian(bytes[HeadersLengthAt..]); // the codec's note for later: where the body starts
        if (length < frame.Mark0 || length > maxFrameBytes) return Decoded.Malformed("length out of bounds");
        if (bytes.Length < length) return Decoded.Need((int)length);
        frame.Length = (int)length;
        frame.Id = ReadUInt32BigEndian(bytes[IdAt..]);
        frame.Code = ReadUInt16BigEndian(bytes[StatusAt..]);
        frame.Status = frame.Code < MeaningOfStatus.Length ? MeaningOfStatus[frame.Code] : AnswerStatus.ServerError;
        if (frame.Kind == MessageKind.StreamClose) frame.Flags = frame.Code == 0 ? FrameFlags.EndStream : FrameFlags.EndBoth;
        return Decoded.Complete;
    }

    public Recognition Recognise(ReadOnlySpan<byte> bytes) => Recognising.Magic(bytes, "AW\u0001"u8);

    public AttributeReader Bind(AttributeKeys keys, Origin origin) => new Reader(keys);

    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        WriteUInt32BigEndian(message[IdAt..], (uint)id);
        return true;
    }

    // False: the status is not ours to change, the headers or the message would outgrow their limit, or the headers are broken.
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output)
    {
        if (mutation.IndexOf("status"u8) >= 0) return false;
        var to = output.GetSpan(message.Length + mutation.TotalBytes + 4 * mutation.Count); // the most that it can become
        message[..HeadLength].CopyTo(to);
        var at = HeadLength;
        var pass = new MutationPass(mutation);
        for (var rest = message[HeadLength..frame.Mark0]; !rest.IsEmpty;)
        {
            if (!NextText(ref rest, out var key) || !NextText(ref rest, out var old)) return false;
            var fate = pass.Meet(key, out var value);
            if (fate != PairFate.Drop) WritePair(to, ref at, key, fate == PairFate.Keep ? old : value);
        }

        while (pass.NextInsert(out var key, out var value)) WritePair(to, ref at, key, value);
        var length = at + message.Length - frame.Mark0;
        if (at - HeadLength > ushort.MaxValue || length > maxFrameBytes) return false;
        message[frame.Mark0..].CopyTo(to[at..]);
        WriteInt32BigEndian(to[LengthAt..], length);
        WriteUInt32BigEndian(to[IdAt..], (uint)id);
        WriteUInt16BigEndian(to[HeadersLengthAt..], (ushort)(at - HeadLength));
        output.Advance(length);
        return true;
    }

    public int WriteReply(in RequestInfo request, ReplyReason reason, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var status = reason switch
        {
            ReplyReason.NoRoute or ReplyReason.NoCluster or ReplyReason.Forbidden or ReplyReason.MalformedRequest => 2,
            ReplyReason.Overflow or ReplyReason.RateLimited => 3,
            ReplyReason.Timeout or ReplyReason.ConnectTimeout => 4,
            _ => 5,
        };
        Write(output, request.Kind == MessageKind.StreamOpen ? StreamClose : Response, request.Id, status, text);
        return status;
    }

    public void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output) => Write(output, Heartbeat, id, 0, default);
    public void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) =>
        Write(output, HeartbeatAnswer, heartbeat.Id, 0, default);
    public void WriteGoAway(byte variant, IBufferWriter<byte> output) => Write(output, GoAway, 0, 0, default);

    private static void Write(IBufferWriter<byte> output, byte type, ulong id, int status, ReadOnlySpan<byte> body)
    {
        var to = output.GetSpan(HeadLength + body.Length);
        to[..HeadLength].Clear();
        "AW\u0001"u8.CopyTo(to);
        to[TypeAt] = type;
        WriteInt32BigEndian(to[LengthAt..], HeadLength + body.Length);
        WriteUInt32BigEndian(to[IdAt..], (uint)id);
        WriteUInt16BigEndian(to[StatusAt..], (ushort)status);
        body.CopyTo(to[HeadLength..]);
        output.Advance(HeadLength + body.Length);
    }

    private static void WritePair(Span<byte> to, ref int at, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        WriteUInt16BigEndian(to[at..], (ushort)key.Length); // too long a text makes the headers too long
        key.CopyTo(to[(at + 2)..]);
        WriteUInt16BigEndian(to[(at + 2 + key.Length)..], (ushort)value.Length);
        value.CopyTo(to[(at + 4 + key.Length)..]);
        at += 4 + key.Length + value.Length;
    }

    private static bool NextText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (rest.Length < 2 || rest.Length - 2 < ReadUInt16BigEndian(rest)) return false;
        text = rest.Slice(2, ReadUInt16BigEndian(rest));
        rest = rest[(2 + text.Length)..];
        return true;
    }

    private sealed class Reader(AttributeKeys keys) : AttributeReader
    {
        public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
        {
            values.SetNumber(keys.IndexOf("status"u8), frame.Code);
            for (var rest = message[HeadLength..frame.Mark0]; !rest.IsEmpty;)
            {
                if (!NextText(ref rest, out var key) || !NextText(ref rest, out var value)) return false;
                values.SetRange(keys.IndexOf(key), frame.Mark0 - rest.Length - value.Length, value.Length);
            }

            return true;
        }
    }
}
