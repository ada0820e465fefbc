using System.Text;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo.Hessian2;

/// <summary>
/// The usual head of a request: five ASCII texts shorter than 1024. It is read as though it were that, a byte for a unit, and one vectorised look
/// over all of it says afterwards whether it was.
/// </summary>
internal struct PlainHead
{
    public BodyText Dubbo;
    public BodyText Path;
    public BodyText Version;
    public BodyText Method;
    public BodyText Types;

    /// <summary>Offset of what follows.</summary>
    public int End;

    /// <summary>False for any other head; then nothing is said about it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out PlainHead head)
    {
        head = default;
        var at = DubboHeader.Size;
        if (!TryPass(message, ref at, out head.Dubbo) || !TryPass(message, ref at, out head.Path) || !TryPass(message, ref at, out head.Version)
            || !TryPass(message, ref at, out head.Method) || !TryPass(message, ref at, out head.Types)) return false;
        head.End = at;
        return Ascii.IsValid(message[DubboHeader.Size..at]);
    }

    private static bool TryPass(ReadOnlySpan<byte> message, ref int at, out BodyText text)
    {
        if (!Hessian2Text.TryPassPlain(message, ref at, out var offset, out var length))
        {
            text = BodyText.Null;
            return false;
        }

        text = new(offset, length, true);
        return true;
    }
}
