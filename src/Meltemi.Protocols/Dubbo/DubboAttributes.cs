using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;

namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// The attributes of Dubbo messages. Requests have these, and every attachment under its own key:
/// <list type="bullet">
/// <item><c>path</c>, <c>method</c>, <c>dubbo</c> (the client's Dubbo version), <c>param_types</c> (JVM descriptors): from the body's
/// head; null there means not set. Generic calls have the method <c>$invoke</c>.</item>
/// <item><c>interface</c>: the path, if that looks like an interface's name (it has a dot and no slash), as Dubbo sends it by default; else
/// the attachment <c>interface</c>; else the path. So its value depends on the message alone, and arguments need not be passed over
/// for the commonest attribute of all.</item>
/// <item><c>version</c>: the service version of the body's head; if that is empty, the attachment <c>version</c>.</item>
/// <item><c>timeout</c>: the attachment <c>timeout</c>, else <c>_TO</c>, in which newer clients send it. Milliseconds.</item>
/// <item><c>service</c>: the same as <c>interface</c>. <c>caller</c>: the attachment <c>remote.application</c>, else <c>application</c>.
/// <c>kind</c>: <c>request</c> or <c>oneway</c>. These three serve all protocols; attachments of their names are not exposed.</item>
/// <item><c>serialization</c>: Dubbo's name for how the body is coded. The only one if that is not Hessian 2 or fastjson.</item>
/// </list>
/// Answers have <c>serialization</c> and their attachments. Values are texts; numbers and booleans are given as text; other attachments
/// are not set.
/// </summary>
internal static class DubboAttributes
{
    public const string Interface = "interface";
    public const string Path = "path";
    public const string Method = "method";
    public const string Version = "version";
    public const string Group = "group";
    public const string Dubbo = "dubbo";
    public const string ParameterTypes = "param_types";
    public const string Timeout = "timeout";
    public const string Serialization = "serialization";

    /// <summary>Where newer clients put the time limit.</summary>
    public static ReadOnlySpan<byte> TimeoutAttachment => "_TO"u8;

    /// <summary>Where consumers name their application.</summary>
    public static ReadOnlySpan<byte> RemoteApplication => "remote.application"u8;

    /// <summary>Where other consumers do.</summary>
    public static ReadOnlySpan<byte> Application => "application"u8;

    /// <summary>Sets a slot to the serialization's name, or its number if it has none.</summary>
    public static void SetSerialization(int serialization, int slot, AttributeValues values)
    {
        var name = DubboSerialization.NameOf(serialization);
        if (name.IsEmpty) values.SetNumber(slot, serialization);
        else values.SetCopy(slot, name);
    }

    /// <summary>Sets a slot to a text; a null text sets nothing.</summary>
    public static void Set<TBody>(ref TBody body, BodyText text, ReadOnlySpan<byte> message, int slot, AttributeValues values)
        where TBody : struct, IDubboBody, allows ref struct
    {
        if (slot < 0 || text.IsNull) return;
        if (text.IsPlain)
        {
            values.SetRange(slot, text.Offset, text.Length);
            return;
        }

        using var decoded = DecodedText.Of(ref body, text, message);
        if (decoded.IsWhole) values.SetCopy(slot, decoded.Utf8);
    }

    /// <summary>Sets a slot to an attachment's value.</summary>
    public static void Set<TBody>(ref TBody body, BodyValue value, ReadOnlySpan<byte> message, int slot, AttributeValues values)
        where TBody : struct, IDubboBody, allows ref struct
    {
        switch (value.Kind)
        {
            case BodyValueKind.Text:
                Set(ref body, value.Text, message, slot, values);
                break;
            case BodyValueKind.Number:
                values.SetNumber(slot, value.Number);
                break;
            case BodyValueKind.True:
                values.SetCopy(slot, "true"u8);
                break;
            case BodyValueKind.False:
                values.SetCopy(slot, "false"u8);
                break;
        }
    }
}
