using Meltemi.Codec;
using Meltemi.Protocols.Dubbo.Body;
using Meltemi.Protocols.Dubbo.FastJson;
using Meltemi.Protocols.Dubbo.Hessian2;

namespace Meltemi.Protocols.Dubbo;

/// <summary>Reads attributes of answers. See <see cref="DubboAttributes"/>.</summary>
internal sealed class DubboAnswerReader(AttributeKeys keys) : AttributeReader
{
    private readonly int _serialization = keys.IndexOf(DubboAttributes.Serialization);
    private readonly int _attachments = keys.Count - (keys.IndexOf(DubboAttributes.Serialization) < 0 ? 0 : 1);

    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (frame.Kind != MessageKind.Response) return true;
        message = message[..frame.Length];
        var serialization = DubboSerialization.Of(message);
        DubboAttributes.SetSerialization(serialization, _serialization, values);
        if (_attachments == 0 || frame.Mark1 == DubboResult.Unknown || !DubboResult.HasAttachments(frame.Mark1)) return true;
        switch (serialization)
        {
            case DubboSerialization.Hessian2:
                var hessian = new Hessian2Reader(message, DubboHeader.Size);
                var ok = Read(ref hessian, message, frame, values);
                hessian.Dispose();
                return ok;
            case DubboSerialization.FastJson:
                var json = new FastJsonReader(message, DubboHeader.Size);
                return Read(ref json, message, frame, values);
            default:
                return true;
        }
    }

    private bool Read<TBody>(ref TBody body, ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
        where TBody : struct, IDubboBody, allows ref struct
    {
        if (!DubboSeek.ToAnswerAttachments(ref body, frame)) return false;
        var map = body.ReadMapStart();
        var wanted = _attachments;
        while (map == MapStart.Open && wanted > 0)
        {
            var step = body.ReadKey(out var key);
            if (step == MapStep.Broken) return false;
            if (step == MapStep.End) break;
            if (!body.TryReadValue(out var value)) return false;
            using var name = DecodedText.Of(ref body, key, message);
            var slot = key.IsNull || !name.IsWhole ? -1 : keys.IndexOf(name.Utf8);
            if (slot < 0 || values.Has(slot)) continue;
            DubboAttributes.Set(ref body, value, message, slot, values);
            if (values.Has(slot)) wanted--;
        }

        return map != MapStart.NoMap;
    }
}
