using System.Buffers.Binary;
using System.Text;
using Meltemi.Codec.Declarative;
using Meltemi.Xds.Reading;

namespace Meltemi.Bench.Micro.Declared;

/// <summary>The messages and descriptions of <see cref="DeclaredBench"/>.</summary>
internal static class DeclaredMessages
{
    private static readonly (string Key, string Value)[] Headers =
        [("trace", "0a1b2c3d4e5f"), ("user", "ann"), ("lane", "blue"), ("zone", "eu-1"), ("session", "0123456789abcdef")];

    /// <summary>A codec of a file in samples/protocols.</summary>
    public static DeclaredCodec Load(string file)
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Meltemi.slnx"))) directory = Path.GetDirectoryName(directory)!;
        var problems = new ProblemList();
        return DeclaredProtocol.Load(File.ReadAllText(Path.Combine(directory, "samples", "protocols", file)), problems)
            ?? throw new InvalidOperationException(string.Join('\n', problems.ToSorted()));
    }

    public static byte[] AwesomeRequest() => Awesome(1, [("command", "echo"), ("service", "org.meltemi.bench.Echo"), ("timeout", "3000"), .. Headers]);

    public static byte[] AwesomeAnswer() => Awesome(2, [("served-by", "a-1")]);

    public static byte[] BoltRequest() =>
        Bolt(1, 1, [0, 0, 11, 184], "com.alipay.sofa.rpc.core.request.SofaRequest", [("service", "org.meltemi.bench.Echo:1.0"), ("sofa_head_method_name", "echo"), .. Headers]);

    public static byte[] BoltAnswer() => Bolt(0, 2, [0, 0], "com.alipay.sofa.rpc.core.response.SofaResponse", []);

    private static byte[] Awesome(byte type, (string Key, string Value)[] headers)
    {
        byte[] block = [.. headers.SelectMany(pair => (byte[])[.. Text(pair.Key, 2), .. Text(pair.Value, 2)])];
        var body = new byte[100];
        return [(byte)'A', (byte)'W', 1, type, .. Number(16 + block.Length + body.Length, 4), .. Number(7, 4), 0, 0, .. Number(block.Length, 2), .. block, .. body];
    }

    private static byte[] Bolt(byte type, byte command, byte[] rest, string name, (string Key, string Value)[] headers)
    {
        byte[] block = [.. headers.SelectMany(pair => (byte[])[.. Text(pair.Key, 4), .. Text(pair.Value, 4)])];
        var content = new byte[100];
        return
        [
            1, type, 0, command, 1, .. Number(7, 4), 11, .. rest, .. Number(name.Length, 2), .. Number(block.Length, 2), .. Number(content.Length, 4),
            .. Encoding.ASCII.GetBytes(name), .. block, .. content,
        ];
    }

    private static byte[] Text(string text, int width) => [.. Number(text.Length, width), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Number(int value, int width)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes[(4 - width)..];
    }
}
