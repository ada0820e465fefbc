using System.Buffers.Binary;
using System.Text;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// The beginning of a request's content in Hessian: an object <c>com.alipay.sofa.rpc.core.request.SofaRequest</c>, whose first fields are texts.
/// Java's clients repeat the method's name in the header block, node's do not.
/// <code>
/// SOFAHessian 3: 'O' int name  int fields  text*  'o' int   value*     (name: so many bytes)
/// SOFAHessian 4: 'C' text      int fields  text*  x60       value*
/// </code>
/// </summary>
internal static class SofaRequest
{
    private const byte OldClass = (byte)'O';
    private const byte NewClass = (byte)'C';
    private const byte OldObject = (byte)'o';
    private const byte NewObject = 0x60;
    private const byte Null = (byte)'N';
    private const int MaxFields = 16;

    public static bool IsNewDialect(ReadOnlySpan<byte> content) => !content.IsEmpty && content[0] == NewClass;

    /// <summary>Finds the value of the field <c>methodName</c>; false if the content is anything else than described above.</summary>
    public static bool TryFindMethod(ReadOnlySpan<byte> content, out BoltText method)
    {
        method = default;
        if (content.IsEmpty || content[0] is not (OldClass or NewClass)) return false;
        var isNew = content[0] == NewClass;
        var at = 1;
        if (isNew ? !TryText(content, ref at, out _) : !TryInt(content, ref at, out var length) || !TryPass(content, ref at, length)) return false;
        if (!TryInt(content, ref at, out var fields) || fields is < 1 or > MaxFields) return false;
        var wanted = -1;
        for (var i = 0; i < fields; i++)
        {
            if (!TryText(content, ref at, out var name)) return false;
            if (name.In(content).SequenceEqual("methodName"u8)) wanted = i;
        }

        if (wanted < 0 || at >= content.Length || content[at++] != (isNew ? NewObject : OldObject)) return false;
        if (!isNew && !TryInt(content, ref at, out _)) return false;
        for (var i = 0; i < wanted; i++)
        {
            if (at < content.Length && content[at] == Null) at++;
            else if (!TryText(content, ref at, out _)) return false;
        }

        return TryText(content, ref at, out method);
    }

    /// <summary>A text of one chunk and of ASCII, as names are: then a character is a byte.</summary>
    private static bool TryText(ReadOnlySpan<byte> content, ref int at, out BoltText text)
    {
        text = default;
        if (at >= content.Length) return false;
        int code = content[at++], length;
        switch (code)
        {
            case <= 0x1f:
                length = code;
                break;
            case >= 0x30 and <= 0x33:
                if (at >= content.Length) return false;
                length = (code - 0x30) << 8 | content[at++];
                break;
            case 'S':
                if (content.Length - at < 2) return false;
                length = BinaryPrimitives.ReadUInt16BigEndian(content[at..]);
                at += 2;
                break;
            default:
                return false;
        }

        text = new(at, length);
        return TryPass(content, ref at, length) && Ascii.IsValid(text.In(content));
    }

    private static bool TryInt(ReadOnlySpan<byte> content, ref int at, out int value)
    {
        value = 0;
        if (at >= content.Length) return false;
        int code = content[at++];
        switch (code)
        {
            case >= 0x80 and <= 0xbf:
                value = code - 0x90;
                return true;
            case >= 0xc0 and <= 0xcf:
                if (at >= content.Length) return false;
                value = (code - 0xc8) << 8 | content[at++];
                return true;
            default:
                return false;
        }
    }

    private static bool TryPass(ReadOnlySpan<byte> content, ref int at, int length)
    {
        if (length < 0 || length > content.Length - at) return false;
        at += length;
        return true;
    }
}
