using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// An exception with a message, no stack trace and no cause, in either of the dialects of Hessian that <see cref="SofaRequest"/> tells apart:
/// what node's servers write. Node's clients take an object for an exception only if it has the first two fields.
/// </summary>
internal static class BoltException
{
    public static ReadOnlySpan<byte> ClassName => "com.alipay.remoting.rpc.exception.RpcServerException"u8;

    /// <summary>Writes the object.</summary>
    public static void Write(ref SpanWriter writer, scoped ReadOnlySpan<byte> text, bool newDialect)
    {
        // The length of the name, 52, is a number of two bytes in the one, and that of a text in the other.
        writer.Write(newDialect ? [(byte)'C', 0x30] : [(byte)'O', 0xc8]);
        writer.Write((byte)ClassName.Length);
        writer.Write(ClassName);
        writer.Write(0x93); // three fields
        writer.Write("\rdetailMessage\nstackTrace\u0005cause"u8);
        writer.Write(newDialect ? [0x60] : [(byte)'o', 0x90]); // an object of the first class
        WriteText(ref writer, text);
        writer.Write(newDialect ? "p"u8 : "Vt\0"u8); // an empty array of
        writer.Write("\u001c[java.lang.StackTraceElement"u8);
        writer.Write(newDialect ? "N"u8 : "n\0zN"u8); // its end, and null
    }

    /// <summary>Lengths count UTF-16 units; readers know characters of three bytes at most, so others become U+FFFD.</summary>
    private static void WriteText(ref SpanWriter writer, scoped ReadOnlySpan<byte> text)
    {
        writer.Write((byte)'S');
        var length = writer.Reserve(2);
        var units = 0;
        for (; !text.IsEmpty; units++)
        {
            var isWhole = Rune.DecodeFromUtf8(text, out var rune, out var used) == OperationStatus.Done && rune.IsBmp;
            writer.Write(isWhole ? text[..used] : "\ufffd"u8);
            text = text[used..];
        }

        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)units);
    }
}
