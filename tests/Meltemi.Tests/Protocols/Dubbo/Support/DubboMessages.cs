using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Tests.Protocols.Dubbo.Support;

/// <summary>Builds Dubbo messages for tests, independent of the codec.</summary>
internal static class DubboMessages
{
    public const byte RequestTwoWay = 0xc2;
    public const byte RequestOneWay = 0x82;

    public static byte[] Frame(byte flags, byte status, ulong id, params byte[] body)
    {
        var message = new byte[16 + body.Length];
        message[0] = 0xda;
        message[1] = 0xbb;
        message[2] = flags;
        message[3] = status;
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(4), id);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(12), body.Length);
        body.CopyTo(message, 16);
        return message;
    }

    /// <summary>The five texts before the arguments.</summary>
    public static HessianWriter Head(
        string types = "", string path = "com.example.Greeter", string version = "1.0.0", string method = "greet",
        string dubbo = "2.0.2") =>
        new HessianWriter().Text(dubbo).Text(path).Text(version).Text(method).Text(types);

    public static byte[] Request(HessianWriter body, ulong id = 7, byte flags = RequestTwoWay) => Frame(flags, 0, id, body.ToArray());

    public static byte[] Answer(HessianWriter body, ulong id = 7, byte status = 20) => Frame(0x02, status, id, body.ToArray());

    /// <summary>A usual call: one text argument and the attachments that Java's client sends.</summary>
    public static byte[] Usual(params (string Key, string Value)[] attachments) =>
        Request(Head("Ljava/lang/String;").Text("world").TextMap([
            ("path", "com.example.Greeter"), ("interface", "com.example.Greeter"), ("version", "1.0.0"), ("timeout", "1000"),
            .. attachments,
        ]));

    /// <summary>A call with one argument, given in its bytes, and the attachment <c>user</c> = <c>ann</c>.</summary>
    public static byte[] WithArgument(byte[] argument) =>
        Request(Head("Ljava/lang/Object;").Raw(argument).TextMap(("user", "ann")));

    public static byte[] FastJson(byte flags, byte status, params string[] lines) =>
        Frame(flags, status, 7, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
}
