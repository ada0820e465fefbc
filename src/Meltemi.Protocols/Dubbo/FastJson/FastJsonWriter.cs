using System.Buffers.Text;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.FastJson;

/// <summary>Writes values as Dubbo's fastjson serialization has them: JSON, one value per line.</summary>
internal readonly struct FastJsonWriter : IDubboBodyWriter
{
    public static long MaxTextSize(ReadOnlySpan<byte> utf8) => JsonText.MaxSize(utf8);

    public static void WriteText(ref SpanWriter output, scoped ReadOnlySpan<byte> utf8) => JsonText.Write(ref output, utf8);

    public static void WriteNumber(ref SpanWriter output, int number)
    {
        Span<byte> digits = stackalloc byte[11];
        Utf8Formatter.TryFormat(number, digits, out var length);
        output.Write(digits[..length]);
        EndValue(ref output);
    }

    public static void OpenMap(ref SpanWriter output)
    {
        // The value before may be the body's last one and lack its line end.
        if (output.Length > DubboHeader.Size && output.Written[^1] != '\n') output.Write((byte)'\n');
        output.Write((byte)'{');
    }

    public static void BeforeKey(ref SpanWriter output, bool first)
    {
        if (!first) output.Write((byte)',');
    }

    public static void BeforeValue(ref SpanWriter output) => output.Write((byte)':');

    public static void CloseMap(ref SpanWriter output) => output.Write((byte)'}');

    public static void EndValue(ref SpanWriter output) => output.Write((byte)'\n');
}
