using System.Runtime.CompilerServices;
using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;
using Meltemi.Protocols.Dubbo.Hessian2;

namespace Meltemi.Protocols.Dubbo;

/// <content>The short ways through what nearly all messages look like. Where one does not apply, the general way is gone instead.</content>
internal sealed partial class DubboRequestReader
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadHessian(ReadOnlySpan<byte> message, AttributeValues values)
    {
        var isPlain = PlainHead.TryRead(message, out var head) && TrySet(head, message, values);
        if (isPlain && _reach < ToAttachments) return true;
        var body = new Hessian2Reader(message, isPlain ? head.End : DubboHeader.Size);
        var ok = isPlain ? ReadBehindHead(ref body, head.Types, -1, _attachments, false, message, values) : Read(ref body, message, values);
        body.Dispose();
        return ok;
    }

    /// <summary>False if attachments must fill in for something that the head does not have.</summary>
    private bool TrySet(in PlainHead head, ReadOnlySpan<byte> message, AttributeValues values)
    {
        if ((WantsInterface && !LooksLikeInterface(head.Path, message)) || (_version >= 0 && head.Version.Length == 0)) return false;
        Set(_dubbo, head.Dubbo);
        Set(_path, head.Path);
        Set(_interface, head.Path);
        Set(_service, head.Path);
        Set(_version, head.Version);
        Set(_method, head.Method);
        Set(_types, head.Types);
        return true;

        void Set(int slot, BodyText text) => values.SetRange(slot, text.Offset, text.Length);
    }

    /// <summary>
    /// The usual attachments: an untyped map of ASCII texts shorter than 1024. One vectorised look says that the rest of the message is ASCII; then
    /// a unit of a text is a byte, and texts need not be looked at to be passed.
    /// </summary>
    /// <returns>False if they are not such, or lack something that is to be filled from elsewhere: then the general way is gone.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadPlainAttachments(ReadOnlySpan<byte> message, int at, int wanted, bool mustFindAll, AttributeValues values)
    {
        if (at >= message.Length || message[at] != Hessian2Code.UntypedMap || !Ascii.IsValid(message[at..])) return false;
        at++;
        int callerAt = 0, callerLength = -1;
        while (wanted > 0)
        {
            if (at < message.Length && message[at] == Hessian2Code.End)
            {
                if (callerLength >= 0) values.SetRange(_caller, callerAt, callerLength);
                return !mustFindAll;
            }

            if (!Hessian2Text.TryPassPlain(message, ref at, out var keyAt, out var keyLength)) return false;
            if (!Hessian2Text.TryPassPlain(message, ref at, out var offset, out var length)) return false;
            var key = message.Slice(keyAt, keyLength);
            if (OtherSlot(key) is >= 0 and var other && !values.Has(other))
            {
                values.SetRange(other, offset, length);
                wanted--;
            }
            else if (_caller >= 0 && key.SequenceEqual(DubboAttributes.Application))
            {
                (callerAt, callerLength) = (offset, length);
            }

            var slot = _keys.IndexOf(key);
            if (slot < 0 && _timeout >= 0 && key.SequenceEqual(DubboAttributes.TimeoutAttachment)) return false;
            if (slot < 0 || !IsOpen(slot) || values.Has(slot)) continue;
            values.SetRange(slot, offset, length);
            wanted--;
        }

        return true;
    }
}
