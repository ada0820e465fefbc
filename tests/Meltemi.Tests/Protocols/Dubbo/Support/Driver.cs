using System.Buffers;
using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;

namespace Meltemi.Tests.Protocols.Dubbo.Support;

/// <summary>Drives the codec as the proxy does.</summary>
internal static class Driver
{
    public static DubboCodec Codec { get; } = new(new CodecOptions());

    public static Frame Decode(byte[] message, Origin origin = Origin.Client, long memo = 0)
    {
        var frame = new Frame { Memo = memo };
        var decoded = Codec.Decode(message, origin, null, ref frame);
        Assert.Equal(DecodeStatus.Complete, decoded.Status);
        Assert.Equal(message.Length, frame.Length);
        return frame;
    }

    /// <summary>Attributes as text in the order of <paramref name="keys"/>; null for those that the message does not have.</summary>
    public static List<string?> Read(byte[] message, Origin origin, params string[] keys)
    {
        Assert.True(TryRead(message, origin, keys, out var values));
        return [.. values];
    }

    public static List<string?> Read(byte[] message, params string[] keys) => Read(message, Origin.Client, keys);

    public static bool TryRead(byte[] message, Origin origin, string[] keys, out string?[] texts)
    {
        var wanted = new AttributeKeys(keys);
        var values = new AttributeValues();
        values.Reset(wanted);
        var ok = Codec.Bind(wanted, origin).Read(message, Decode(message, origin), values);
        texts = Array.ConvertAll(keys, key =>
        {
            var slot = wanted.IndexOf(key);
            return values.Has(slot) ? Encoding.UTF8.GetString(values.Get(slot, message)) : null;
        });
        return ok;
    }

    /// <summary>The rewritten message; null if the codec says no.</summary>
    public static byte[]? Rewrite(byte[] message, Mutation mutation, ulong id = 9, Origin origin = Origin.Client, long memo = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        var ok = Codec.Rewrite(message, Decode(message, origin, memo), id, mutation, output);
        if (!ok) Assert.Equal(0, output.WrittenCount);
        return ok ? output.WrittenSpan.ToArray() : null;
    }

    public static Mutation Mutation(params (ChangeKind Kind, string Key, string Value)[] changes)
    {
        var mutation = new Mutation();
        foreach (var (kind, key, value) in changes)
        {
            if (kind == ChangeKind.Set) mutation.Set(Bytes(key), Bytes(value));
            if (kind == ChangeKind.Add) mutation.Add(Bytes(key), Bytes(value));
            if (kind == ChangeKind.Remove) mutation.Remove(Bytes(key));
        }

        return mutation;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
