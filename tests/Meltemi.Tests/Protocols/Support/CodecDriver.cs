using System.Buffers;
using System.Text;
using Meltemi.Codec;

namespace Meltemi.Tests.Protocols.Support;

/// <summary>Drives a codec without connection state as the proxy does, in short.</summary>
internal sealed class CodecDriver(ICodec codec)
{
    public ICodec Codec => codec;

    public Frame Decode(byte[] message, Origin origin = Origin.Client, long memo = 0)
    {
        var frame = new Frame { Memo = memo };
        var decoded = codec.Decode(message, origin, null, ref frame);
        Assert.Equal((DecodeStatus.Complete, null), (decoded.Status, decoded.Reason));
        Assert.Equal(message.Length, frame.Length);
        return frame;
    }

    public Decoded Try(byte[] bytes, Origin origin = Origin.Client)
    {
        var frame = default(Frame);
        return codec.Decode(bytes, origin, null, ref frame);
    }

    /// <summary>Attributes as text in the order of <paramref name="keys"/>; null for those that the message does not have.</summary>
    public List<string?> Read(byte[] message, Origin origin, params string[] keys)
    {
        var wanted = new AttributeKeys(keys);
        var values = new AttributeValues();
        values.Reset(wanted);
        Assert.True(codec.Bind(wanted, origin).Read(message, Decode(message, origin), values));
        return [.. keys.Select(wanted.IndexOf).Select(slot => values.Has(slot) ? Encoding.UTF8.GetString(values.Get(slot, message)) : null)];
    }

    public List<string?> Read(byte[] message, params string[] keys) => Read(message, Origin.Client, keys);

    /// <summary>The rewritten message; null if the codec says no.</summary>
    public byte[]? Rewrite(byte[] message, Mutation mutation, ulong id = 9, Origin origin = Origin.Client, long memo = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        var ok = codec.Rewrite(message, Decode(message, origin, memo), id, mutation, output);
        if (!ok) Assert.Equal(0, output.WrittenCount);
        return ok ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>The proxy's own answer to a request, and the code that it says it wrote.</summary>
    public (byte[] Reply, int Code) Reply(byte[] request, ReplyReason reason, string text)
    {
        var frame = Decode(request);
        var info = new RequestInfo
        {
            Id = frame.Id,
            Kind = frame.Kind,
            Variant = frame.Variant,
            Memo = frame.Memo,
            Kept = request.AsSpan(frame.KeepOffset, Math.Min(frame.KeepLength, RequestInfo.MaxKept)),
        };
        var output = new ArrayBufferWriter<byte>();
        var code = codec.WriteReply(info, reason, Utf8(text), output);
        return (output.WrittenSpan.ToArray(), code);
    }

    public byte[] Heartbeat(ulong id, byte variant = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.WriteHeartbeat(id, variant, output);
        return output.WrittenSpan.ToArray();
    }

    public byte[] HeartbeatAnswer(byte[] heartbeat)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.WriteHeartbeatAnswer(heartbeat, Decode(heartbeat), output);
        return output.WrittenSpan.ToArray();
    }

    public static Mutation Set(params (string Key, string Value)[] pairs)
    {
        var mutation = new Mutation();
        foreach (var (key, value) in pairs) mutation.Set(Utf8(key), Utf8(value));
        return mutation;
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
