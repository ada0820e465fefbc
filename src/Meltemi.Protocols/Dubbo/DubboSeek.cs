using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// The way through a body, the same in every serialization:
/// <code>
/// request ::= dubbo-version path service-version method types argument* attachments
/// types   ::= descriptors                                               see DubboDescriptor
///         ::= int                                                       dubbox: the number of arguments, or
///         ::= -1 descriptors                                            dubbox
/// answer  ::= result-type value? attachments?
/// </code>
/// </summary>
internal static class DubboSeek
{
    /// <summary>From the body's start to the attachments of a request.</summary>
    public static bool ToRequestAttachments<TBody>(ref TBody body, ReadOnlySpan<byte> message)
        where TBody : struct, IDubboBody, allows ref struct
    {
        for (var i = 0; i < 4; i++)
        {
            if (!body.TryReadText(out _)) return false;
        }

        return TryReadTypes(ref body, out var types, out var count) && PassArguments(ref body, types, count, message);
    }

    /// <summary>Reads the parameter types, or how many arguments follow; -1: as many as there are types.</summary>
    public static bool TryReadTypes<TBody>(ref TBody body, out BodyText types, out int count)
        where TBody : struct, IDubboBody, allows ref struct
    {
        count = -1;
        if (body.TryReadText(out types)) return true;
        if (!body.TryReadNumber(out count)) return false;
        types = BodyText.Null;
        return count >= 0 || body.TryReadText(out types);
    }

    /// <summary>From the first argument to the attachments of a request.</summary>
    public static bool PassArguments<TBody>(ref TBody body, BodyText types, int count, ReadOnlySpan<byte> message)
        where TBody : struct, IDubboBody, allows ref struct
    {
        if (count < 0 && types.IsPlain && !types.IsNull)
        {
            count = DubboDescriptor.Count(message.Slice(types.Offset, types.Length));
            if (count < 0) return false;
        }
        else if (count < 0)
        {
            using var text = DecodedText.Of(ref body, types, message);
            count = text.IsWhole ? DubboDescriptor.Count(text.Utf8) : -1;
            if (count < 0) return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!body.TrySkip()) return false;
        }

        return true;
    }

    /// <summary>From the body's start to where the attachments of a successful answer are, or would be.</summary>
    public static bool ToAnswerAttachments<TBody>(ref TBody body, in Frame frame)
        where TBody : struct, IDubboBody, allows ref struct =>
        body.TryReadNumber(out _) && (!DubboResult.HasValue(frame.Mark1) || body.TrySkip());
}
