using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Reading;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>
/// Merges a message into another as Istio does it for MERGE patches: single values overwrite, messages merge field by field, lists are
/// appended to, map entries overwrite by key. Unlike protobuf's own merge, durations and wrapped values overwrite as a whole (so that a
/// patch can say <c>0s</c> or <c>false</c>), and what is in an <see cref="Any"/> is merged when both are of one type.
/// </summary>
internal static class MessageMerge
{
    /// <summary>Merges; nothing of the patch is shared with the target afterwards.</summary>
    public static void Into(IMessage target, IMessage patch)
    {
        foreach (var field in patch.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap)
                MergeMap(field.Accessor, target, patch);
            else if (field.IsRepeated)
                Append(field.Accessor, target, patch);
            else if (IsSet(field, patch))
                MergeValue(field, target, patch);
        }
    }

    private static bool IsSet(FieldDescriptor field, IMessage message)
    {
        if (field.HasPresence) return field.Accessor.HasValue(message);
        return field.Accessor.GetValue(message) switch
        {
            string text => text.Length > 0,
            ByteString bytes => !bytes.IsEmpty,
            bool flag => flag,
            double number => number != 0,
            float number => number != 0,
            IConvertible number => number.ToInt64(null) != 0,
            _ => true,
        };
    }

    private static void MergeMap(IFieldAccessor accessor, IMessage target, IMessage patch)
    {
        var entries = (IDictionary)accessor.GetValue(target);
        foreach (DictionaryEntry entry in (IDictionary)accessor.GetValue(patch)) entries[entry.Key] = Copy(entry.Value!);
    }

    private static void Append(IFieldAccessor accessor, IMessage target, IMessage patch)
    {
        var list = (IList)accessor.GetValue(target);
        foreach (var item in (IList)accessor.GetValue(patch)) list.Add(Copy(item!));
    }

    private static void MergeValue(FieldDescriptor field, IMessage target, IMessage patch)
    {
        var value = field.Accessor.GetValue(patch);
        if (value is Any any && field.Accessor.GetValue(target) is Any { TypeUrl.Length: > 0 } old)
            field.Accessor.SetValue(target, MergeAny(old, any));
        else if (value is IMessage message and not Duration && field.Accessor.GetValue(target) is IMessage inner)
            Into(inner, message);
        else
            field.Accessor.SetValue(target, Copy(value));
    }

    private static Any MergeAny(Any old, Any patch)
    {
        var alike = AnyTypes.TypeName(old.TypeUrl) == AnyTypes.TypeName(patch.TypeUrl);
        if (!alike || MessageTypes.Unpack(old) is not { } content) return patch.Clone();
        Into(content, MessageTypes.Unpack(patch)!);
        return MessageTypes.Repack(old, content);
    }

    /// <summary>A copy of a message; anything else is immutable.</summary>
    private static object Copy(object value) => value is IMessage message ? Clone(message) : value;

    /// <summary>A copy of a message of whatever type.</summary>
    public static T Clone<T>(T message) where T : IMessage => (T)message.Descriptor.Parser.ParseFrom(message.ToByteString());
}
