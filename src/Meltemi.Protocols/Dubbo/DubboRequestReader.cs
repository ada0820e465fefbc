using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;
using Meltemi.Protocols.Dubbo.FastJson;
using Meltemi.Protocols.Dubbo.Hessian2;

namespace Meltemi.Protocols.Dubbo;

/// <summary>Reads attributes of requests, no further than the last one that is wanted. See <see cref="DubboAttributes"/>.</summary>
internal sealed partial class DubboRequestReader : AttributeReader
{
    // How far a body must be read: so many texts of its head, then the arguments and attachments.
    private const int ToDubbo = 1;
    private const int ToPath = 2;
    private const int ToVersion = 3;
    private const int ToMethod = 4;
    private const int ToTypes = 5;
    private const int ToAttachments = 6;

    private readonly AttributeKeys _keys;
    private readonly bool[] _isAttachment;
    private readonly int _attachments;
    private readonly int _reach;
    private readonly int _dubbo;
    private readonly int _path;
    private readonly int _interface;
    private readonly int _service;
    private readonly int _version;
    private readonly int _method;
    private readonly int _types;
    private readonly int _timeout;
    private readonly int _serialization;
    private readonly int _caller;
    private readonly int _kind;

    public DubboRequestReader(AttributeKeys keys)
    {
        _keys = keys;
        _isAttachment = new bool[keys.Count];
        _isAttachment.AsSpan().Fill(true);
        var reach = 0;
        _serialization = Take(DubboAttributes.Serialization, 0);
        _dubbo = Take(DubboAttributes.Dubbo, ToDubbo);
        _path = Take(DubboAttributes.Path, ToPath);
        _interface = Take(DubboAttributes.Interface, ToPath);
        _service = Take(Governance.Service, ToPath);
        _version = Take(DubboAttributes.Version, ToVersion);
        _method = Take(DubboAttributes.Method, ToMethod);
        _types = Take(DubboAttributes.ParameterTypes, ToTypes);
        _timeout = keys.IndexOf(DubboAttributes.Timeout);
        _kind = Take(Governance.Kind, 0);
        _caller = Take(Governance.Caller, 0);
        _attachments = _isAttachment.Count(isAttachment => isAttachment) + (_caller < 0 ? 0 : 1);
        _reach = _attachments > 0 ? ToAttachments : reach;

        int Take(string name, int needs)
        {
            var slot = keys.IndexOf(name);
            if (slot < 0) return slot;
            _isAttachment[slot] = false;
            reach = Math.Max(reach, needs);
            return slot;
        }
    }

    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (frame.Kind is not (MessageKind.Request or MessageKind.OneWay or MessageKind.ServerPush)) return true;
        message = message[..frame.Length];
        var serialization = DubboSerialization.Of(message);
        DubboAttributes.SetSerialization(serialization, _serialization, values);
        Governance.SetKind(_kind, frame, values);
        switch (serialization)
        {
            case DubboSerialization.Hessian2:
                return _reach == 0 || ReadHessian(message, values);
            case DubboSerialization.FastJson:
                var json = new FastJsonReader(message, DubboHeader.Size);
                return Read(ref json, message, values);
            default:
                return true;
        }
    }

    private bool Read<TBody>(ref TBody body, ReadOnlySpan<byte> message, AttributeValues values)
        where TBody : struct, IDubboBody, allows ref struct
    {
        // 1. The head, text by text. It may turn out that more is needed than was asked for.
        var reach = _reach;
        if (reach < ToDubbo) return true;
        if (!body.TryReadText(out var dubbo)) return false;
        DubboAttributes.Set(ref body, dubbo, message, _dubbo, values);

        if (reach < ToPath) return true;
        if (!body.TryReadText(out var path)) return false;
        DubboAttributes.Set(ref body, path, message, _path, values);
        var seekInterface = WantsInterface && !LooksLikeInterface(path, message);
        if (seekInterface) reach = ToAttachments;
        else SetInterface(ref body, path, message, values);

        if (reach < ToVersion) return true;
        if (!body.TryReadText(out var version)) return false;
        var seekVersion = _version >= 0 && version.Length <= 0;
        if (seekVersion) reach = ToAttachments;
        else DubboAttributes.Set(ref body, version, message, _version, values);

        if (reach < ToMethod) return true;
        if (!body.TryReadText(out var method)) return false;
        DubboAttributes.Set(ref body, method, message, _method, values);

        if (reach < ToTypes) return true;
        if (!DubboSeek.TryReadTypes(ref body, out var types, out var count)) return false;
        DubboAttributes.Set(ref body, types, message, _types, values);

        // 2. The attachments, behind the arguments.
        if (reach < ToAttachments) return true;
        var seek = seekVersion ? 1 : 0;
        if (seekInterface) seek += (_interface < 0 ? 0 : 1) + (_service < 0 ? 0 : 1);
        if (!ReadBehindHead(ref body, types, count, _attachments + seek, seek > 0, message, values)) return false;

        // 3. What the attachments did not have.
        if (seekInterface) SetInterface(ref body, path, message, values);
        if (seekVersion) DubboAttributes.Set(ref body, version, message, _version, values);
        return true;
    }

    private bool ReadBehindHead<TBody>(
        ref TBody body, BodyText types, int count, int wanted, bool mustFindAll, ReadOnlySpan<byte> message, AttributeValues values)
        where TBody : struct, IDubboBody, allows ref struct
    {
        if (!DubboSeek.PassArguments(ref body, types, count, message)) return false;
        if (typeof(TBody) == typeof(Hessian2Reader) && TryReadPlainAttachments(message, body.Position, wanted, mustFindAll, values)) return true;
        return ReadAttachments(ref body, message, wanted, values);
    }

    private bool ReadAttachments<TBody>(ref TBody body, ReadOnlySpan<byte> message, int wanted, AttributeValues values)
        where TBody : struct, IDubboBody, allows ref struct
    {
        BodyValue timeout = default, caller = default;
        var map = body.ReadMapStart();
        while (map == MapStart.Open && wanted > 0)
        {
            var step = body.ReadKey(out var key);
            if (step == MapStep.Broken) return false;
            if (step == MapStep.End) break;
            if (!body.TryReadValue(out var value)) return false;
            using var name = DecodedText.Of(ref body, key, message);
            if (key.IsNull || !name.IsWhole) continue;
            if (_timeout >= 0 && timeout.Kind == BodyValueKind.Other && name.Utf8.SequenceEqual(DubboAttributes.TimeoutAttachment))
                timeout = value;
            if (_caller >= 0 && name.Utf8.SequenceEqual(DubboAttributes.Application)) caller = value;
            if (OtherSlot(name.Utf8) is >= 0 and var other && !values.Has(other))
            {
                DubboAttributes.Set(ref body, value, message, other, values);
                if (values.Has(other)) wanted--;
            }

            var slot = _keys.IndexOf(name.Utf8);
            if (slot < 0 || !IsOpen(slot) || values.Has(slot)) continue;
            DubboAttributes.Set(ref body, value, message, slot, values);
            if (values.Has(slot)) wanted--;
        }

        DubboAttributes.Set(ref body, timeout, message, _timeout, values);
        DubboAttributes.Set(ref body, caller, message, _caller, values);
        return map != MapStart.NoMap;
    }

    private bool WantsInterface => _interface >= 0 || _service >= 0;

    private void SetInterface<TBody>(ref TBody body, BodyText text, ReadOnlySpan<byte> message, AttributeValues values)
        where TBody : struct, IDubboBody, allows ref struct
    {
        DubboAttributes.Set(ref body, text, message, _interface, values);
        DubboAttributes.Set(ref body, text, message, _service, values);
    }

    /// <summary>The slot that an attachment fills beside that of its own name; -1: none.</summary>
    private int OtherSlot(ReadOnlySpan<byte> name) =>
        _service >= 0 && name.SequenceEqual("interface"u8) ? _service
        : _caller >= 0 && name.SequenceEqual(DubboAttributes.RemoteApplication) ? _caller : -1;

    /// <summary>Whether an attachment may fill the slot. Of the head's fields two fall back to attachments.</summary>
    private bool IsOpen(int slot) => _isAttachment[slot] || slot == _interface || slot == _version;

    private static bool LooksLikeInterface(BodyText path, ReadOnlySpan<byte> message)
    {
        if (path.IsNull || !path.IsPlain) return false;
        var text = message.Slice(path.Offset, path.Length);
        return text.Contains((byte)'.') && !text.Contains((byte)'/');
    }
}
