using Meltemi.Codec;

namespace Meltemi.Protocols.Tars;

/// <summary>
/// The attributes of Tars messages. Every pair of the context map stands under its own key, every pair of the status map under
/// <c>status.KEY</c>; beside them, of requests:
/// <list type="bullet">
/// <item><c>servant</c> and <c>func</c>, which are <c>service</c> and <c>method</c> too; <c>kind</c>; <c>caller</c> is the context's pair of that
/// name, as the protocol has none.</item>
/// <item><c>version</c> (1 TARS, 2 and 3 TUP, 5 JSON), <c>message_type</c> (a number of bits), <c>timeout</c> in milliseconds.</item>
/// </list>
/// Of answers: <c>ret</c> (the framework's return code), <c>desc</c> (its text), <c>version</c>, <c>kind</c>. Pairs of the context under one of
/// these names, or that begin with <c>status.</c>, are not exposed.
/// </summary>
internal sealed class TarsAttributes : AttributeReader
{
    public const string Servant = "servant";
    public const string Function = "func";
    public const string Version = "version";
    public const string MessageType = "message_type";
    public const string Timeout = "timeout";
    public const string Return = "ret";
    public const string Description = "desc";

    private readonly AttributeKeys _keys;
    private readonly bool _ofAnswers;
    private readonly int[] _statusSlots;
    private readonly bool _wantsContext;

    public TarsAttributes(AttributeKeys keys, Origin origin)
    {
        _keys = keys;
        _ofAnswers = origin == Origin.Server;
        _statusSlots = [.. Enumerable.Range(0, keys.Count).Where(slot => IsStatus(keys.Utf8(slot)))];
        for (var slot = 0; slot < keys.Count; slot++) _wantsContext |= IsContext(keys.Utf8(slot), _ofAnswers);
    }

    /// <summary>What the names of the status map's pairs begin with.</summary>
    public static ReadOnlySpan<byte> StatusPrefix => "status."u8;

    public static bool IsStatus(ReadOnlySpan<byte> name) => name.StartsWith(StatusPrefix);

    /// <summary>Whether the name is that of a pair in the context map.</summary>
    public static bool IsContext(ReadOnlySpan<byte> name, bool ofAnswer) => !IsStatus(name) && !IsField(name, ofAnswer);

    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (_keys.Count == 0) return true;
        if (!TarsPacket.TryRead(message[..frame.Length], out var packet)) return false;
        Governance.SetKind(_keys.IndexOf("kind"u8), frame, values);
        values.SetNumber(_keys.IndexOf("version"u8), packet.Version.Number(message));
        if (!_ofAnswers) SetFields(message, packet, values);
        else if (_keys.IndexOf("ret"u8) is >= 0 and var ret) values.SetNumber(ret, frame.Code);
        if (_ofAnswers && packet is { IsResponse: true, Description.IsText: true }) Set(_keys.IndexOf("desc"u8), packet.Description, message, values);
        return (!_wantsContext || ReadContext(message, packet.Context, values))
            && (_statusSlots.Length == 0 || ReadStatus(message, packet.Status, values));
    }

    private static bool IsField(ReadOnlySpan<byte> name, bool ofAnswer) =>
        name.SequenceEqual("kind"u8) || name.SequenceEqual("version"u8) || (ofAnswer
            ? name.SequenceEqual("ret"u8) || name.SequenceEqual("desc"u8)
            : name.SequenceEqual("servant"u8) || name.SequenceEqual("func"u8) || name.SequenceEqual("service"u8) || name.SequenceEqual("method"u8)
                || name.SequenceEqual("message_type"u8) || name.SequenceEqual("timeout"u8));

    private static void Set(int slot, TarsField field, ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (slot < 0) return;
        var (offset, length) = field.Text(message);
        values.SetRange(slot, offset, length);
    }

    private void SetFields(ReadOnlySpan<byte> message, in TarsPacket packet, AttributeValues values)
    {
        Set(_keys.IndexOf("servant"u8), packet.Servant, message, values);
        Set(_keys.IndexOf("service"u8), packet.Servant, message, values);
        Set(_keys.IndexOf("func"u8), packet.Function, message, values);
        Set(_keys.IndexOf("method"u8), packet.Function, message, values);
        values.SetNumber(_keys.IndexOf("message_type"u8), packet.MessageType.Number(message));
        if (packet.Timeout.Number(message) is > 0 and var timeout) values.SetNumber(_keys.IndexOf("timeout"u8), timeout);
    }

    private bool ReadContext(ReadOnlySpan<byte> message, TarsField map, AttributeValues values)
    {
        if (!map.IsMap) return !map.IsThere;
        var reader = new TarsReader(message, map.Value);
        if (!reader.TryCount(out var count)) return false;
        for (; count > 0; count--)
        {
            if (!reader.TryPair(out var pair)) return false;
            var key = pair.Key(message);
            var slot = _keys.IndexOf(key);
            if (slot >= 0 && IsContext(key, _ofAnswers)) values.SetRange(slot, pair.ValueAt, pair.ValueLength);
        }

        return true;
    }

    private bool ReadStatus(ReadOnlySpan<byte> message, TarsField map, AttributeValues values)
    {
        if (!map.IsMap) return !map.IsThere;
        var reader = new TarsReader(message, map.Value);
        if (!reader.TryCount(out var count)) return false;
        for (; count > 0; count--)
        {
            if (!reader.TryPair(out var pair)) return false;
            foreach (var slot in _statusSlots)
            {
                if (_keys.Utf8(slot)[StatusPrefix.Length..].SequenceEqual(pair.Key(message))) values.SetRange(slot, pair.ValueAt, pair.ValueLength);
            }
        }

        return true;
    }
}
