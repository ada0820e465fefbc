using System.Buffers;
using System.Reflection;
using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols.Thrift;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>Short ways to drive the codec, and the golden frames by name.</summary>
internal static class Wire
{
    public static readonly ICodec Codec = new ThriftCodecFactory().Create(new());

    public static readonly IReadOnlyDictionary<string, byte[]> Golden = typeof(GoldenFrames)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.FieldType == typeof(string))
        .ToDictionary(field => field.Name, field => Convert.FromHexString((string)field.GetValue(null)!));

    public static TheoryData<string> Names(Func<string, bool> chosen)
    {
        var names = new TheoryData<string>();
        foreach (var name in Golden.Keys.Where(chosen)) names.Add(name);
        return names;
    }

    public static Origin OriginOf(string name) =>
        name.EndsWith("Reply", StringComparison.Ordinal) || name.EndsWith("Exception", StringComparison.Ordinal)
            ? Origin.Server
            : Origin.Client;

    public static Decoded Decode(byte[] bytes, Origin origin, out Frame frame, object? state = null, long memo = 0)
    {
        frame = new() { Memo = memo };
        return Codec.Decode(bytes, origin, state ?? Codec.NewConnectionState(origin), ref frame);
    }

    public static Frame Whole(byte[] bytes, Origin origin, long memo = 0)
    {
        var decoded = Decode(bytes, origin, out var frame, null, memo);
        Assert.Equal((DecodeStatus.Complete, null), (decoded.Status, decoded.Reason));
        Assert.Equal(bytes.Length, frame.Length);
        return frame;
    }

    /// <summary>Attributes as text, "-" for what is not there.</summary>
    public static string Read(byte[] bytes, in Frame frame, params string[] names)
    {
        var keys = new AttributeKeys(names);
        var values = new AttributeValues();
        values.Reset(keys);
        Assert.True(Codec.Bind(keys, Origin.Client).Read(bytes, frame, values));
        var text = new string[names.Length];
        for (var i = 0; i < names.Length; i++) text[i] = values.Has(i) ? Encoding.UTF8.GetString(values.Get(i, bytes)) : "-";
        return string.Join(' ', text);
    }

    public static byte[]? Rewrite(byte[] bytes, in Frame frame, ulong id, Mutation mutation)
    {
        var output = new ArrayBufferWriter<byte>();
        var done = Codec.Rewrite(bytes, frame, id, mutation, output);
        Assert.True(done || output.WrittenCount == 0);
        return done ? output.WrittenSpan.ToArray() : null;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
