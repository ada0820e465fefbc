using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Attributes of a message: what every message has, and the pairs of its THeader. A pair under one of the first names is not exposed, or
/// a client could pretend to call another method.
/// </summary>
internal sealed class ThriftAttributes(AttributeKeys keys) : AttributeReader
{
    public const string Method = Governance.Method;
    public const string Service = Governance.Service;
    public const string MessageType = "message_type";
    public const string Transport = "transport";
    public const string Protocol = "protocol";

    /// <summary>Time limit of a call in milliseconds, as fbthrift's clients send it.</summary>
    public const string ClientTimeout = "client_timeout";

    private readonly int _method = keys.IndexOf(Method);
    private readonly int _service = keys.IndexOf(Service);
    private readonly int _messageType = keys.IndexOf(MessageType);
    private readonly int _transport = keys.IndexOf(Transport);
    private readonly int _protocol = keys.IndexOf(Protocol);
    private readonly int _kind = keys.IndexOf(Governance.Kind);
    private readonly bool _wantsPairs = HasOthers(keys);

    /// <summary>Attributes that are not pairs, and so cannot be changed.</summary>
    public static readonly string[] Fixed = [Method, Service, MessageType, Transport, Protocol, Governance.Kind];

    /// <summary>Whether the name is one of <see cref="Fixed"/>.</summary>
    public static bool IsFixed(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("method"u8) || name.SequenceEqual("service"u8) || name.SequenceEqual("message_type"u8)
        || name.SequenceEqual("transport"u8) || name.SequenceEqual("protocol"u8) || name.SequenceEqual("kind"u8);

    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        var dialect = ThriftDialect.Of(frame.Variant);
        Governance.SetKind(_kind, frame, values);
        if (_transport >= 0) values.SetCopy(_transport, dialect.TransportName);
        if (_protocol >= 0 && dialect.Protocol != ThriftProtocol.Opaque) values.SetCopy(_protocol, dialect.ProtocolName);
        if (ThriftDecoder.HasEnvelope(frame)) ReadEnvelope(message, frame, values);
        return dialect.Transport != ThriftTransport.Header || !_wantsPairs || ReadPairs(message, values);
    }

    private void ReadEnvelope(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (_method < 0 && _service < 0 && _messageType < 0) return;
        var envelope = ThriftEnvelope.Again(message, frame);
        var service = envelope.Type is ThriftMessageType.Call or ThriftMessageType.OneWay
            ? message.Slice(envelope.NameOffset, envelope.NameLength).IndexOf((byte)':')
            : -1;
        if (service >= 0) values.SetRange(_service, envelope.NameOffset, service);
        values.SetRange(_method, envelope.NameOffset + service + 1, envelope.NameLength - service - 1);
        if (_messageType >= 0) values.SetCopy(_messageType, TypeName(envelope.Type));
    }

    private bool ReadPairs(ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (ThriftHeader.Read(message, out var header) is not null) return false;
        var pairs = new ThriftHeaderPairs(message, header);
        while (pairs.Next())
        {
            var slot = keys.IndexOf(message[pairs.Key]);
            if (slot < 0 || IsFixed(keys.Utf8(slot))) continue;
            var (offset, length) = pairs.Value.GetOffsetAndLength(message.Length);
            values.SetRange(slot, offset, length);
        }

        return !pairs.Malformed;
    }

    private static ReadOnlySpan<byte> TypeName(ThriftMessageType type) => type switch
    {
        ThriftMessageType.Call => "call"u8,
        ThriftMessageType.Reply => "reply"u8,
        ThriftMessageType.Exception => "exception"u8,
        _ => "oneway"u8,
    };

    private static bool HasOthers(AttributeKeys keys)
    {
        for (var slot = 0; slot < keys.Count; slot++)
        {
            if (!IsFixed(keys.Utf8(slot))) return true;
        }

        return false;
    }
}
