using System.Buffers.Binary;
using Meltemi.Codec;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// The attributes of Bolt messages. Every pair of the header block stands under its own key (<c>service</c>, <c>sofa_head_target_service</c>,
/// <c>sofa_head_method_name</c>, <c>sofa_head_target_app</c>, <c>rpc_trace_context.*</c>, ...), and besides:
/// <list type="bullet">
/// <item><c>service</c>: if there is no such pair, <c>sofa_head_target_service</c>. A service is <c>interface:version[:unique id]</c>;
/// <c>interface</c> is the part before the first colon.</item>
/// <item><c>method</c>: <c>sofa_head_method_name</c>, else the method in a SofaRequest that is coded in Hessian.</item>
/// <item><c>caller</c>: <c>rpc_trace_context.sofaCallerApp</c>.</item>
/// <item><c>class</c>, <c>codec</c> (hessian2, protobuf, json or a number), <c>version</c> (1 or 2), <c>kind</c>; <c>timeout</c> of requests in
/// milliseconds, <c>status</c> of answers.</item>
/// </list>
/// A pair under one of these names but <c>service</c> is not exposed, or a client could pretend to call another method.
/// </summary>
internal sealed class BoltAttributes(AttributeKeys keys) : AttributeReader
{
    public const string TargetService = "sofa_head_target_service";
    public const string MethodName = "sofa_head_method_name";
    public const string TargetApp = "sofa_head_target_app";
    public const string Interface = "interface";
    public const string Class = "class";
    public const string Codec = "codec";
    public const string Version = "version";
    public const string Timeout = "timeout";
    public const string Status = "status";

    private readonly int _service = keys.IndexOf(Governance.Service);
    private readonly int _interface = keys.IndexOf(Interface);
    private readonly int _method = keys.IndexOf(Governance.Method);
    private readonly int _caller = keys.IndexOf(Governance.Caller);
    private readonly int _kind = keys.IndexOf(Governance.Kind);
    private readonly int _class = keys.IndexOf(Class);
    private readonly int _codec = keys.IndexOf(Codec);
    private readonly int _version = keys.IndexOf(Version);
    private readonly int _timeout = keys.IndexOf(Timeout);
    private readonly int _status = keys.IndexOf(Status);
    private readonly bool _wantsPairs = keys.Names.Any(name => !IsFixed(name) || name is Governance.Method or Governance.Caller or Interface);

    /// <summary>Header of an answer that is an exception of the business: <c>true</c>.</summary>
    public static ReadOnlySpan<byte> ResponseError => "sofa_head_response_error"u8;

    /// <summary>Attributes that are not pairs, and so cannot be changed.</summary>
    public static readonly string[] Fixed = [Governance.Method, Governance.Caller, Governance.Kind, Class, Interface, Codec, Version, Timeout, Status];

    /// <summary>Whether the name is one of <see cref="Fixed"/>.</summary>
    public static bool IsFixed(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("method"u8) || name.SequenceEqual("caller"u8) || name.SequenceEqual("kind"u8) || name.SequenceEqual("class"u8)
        || name.SequenceEqual("interface"u8) || name.SequenceEqual("codec"u8) || name.SequenceEqual("version"u8) || name.SequenceEqual("timeout"u8) || name.SequenceEqual("status"u8);

    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (frame.Kind is not (MessageKind.Request or MessageKind.OneWay or MessageKind.Response or MessageKind.ServerPush)) return true;
        var layout = BoltLayout.Of(message);
        Governance.SetKind(_kind, frame, values);
        if (frame.Mark0 > layout.Size) values.SetRange(_class, layout.Size, frame.Mark0 - layout.Size);
        if (_codec >= 0) SetCodec(message[layout.CodecAt], values);
        values.SetNumber(_version, layout.IsV1 ? 1 : 2);
        if (layout.IsAnswer) values.SetNumber(_status, frame.Code);
        else if (BinaryPrimitives.ReadInt32BigEndian(message[layout.RestAt..]) is > 0 and var timeout) values.SetNumber(_timeout, timeout);
        if (_wantsPairs && !ReadPairs(message, frame, values)) return false;

        var at = frame.Mark0 + frame.Mark1;
        if (_method >= 0 && !layout.IsAnswer && !values.Has(_method) && message[layout.CodecAt] == BoltMemo.Hessian
            && SofaRequest.TryFindMethod(message[at..frame.Length], out var method))
        {
            values.SetRange(_method, at + method.Offset, method.Length);
        }

        return true;
    }

    private static bool IsFixed(string name) => IsFixed(System.Text.Encoding.UTF8.GetBytes(name));

    private bool ReadPairs(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        BoltText service = new(0, -1), target = service;
        var pairs = new BoltPairs(message, frame.Mark0, frame.Mark1);
        while (pairs.Next())
        {
            if (pairs.Value.IsNull) continue;
            var key = pairs.Key.In(message);
            var (offset, length) = (pairs.Value.Offset, pairs.Value.Length);
            if (service.IsNull && key.SequenceEqual("service"u8)) service = pairs.Value;
            else if (target.IsNull && key.SequenceEqual("sofa_head_target_service"u8)) target = pairs.Value;
            else if (_method >= 0 && key.SequenceEqual("sofa_head_method_name"u8)) values.SetRange(_method, offset, length);
            else if (_caller >= 0 && key.SequenceEqual("rpc_trace_context.sofaCallerApp"u8)) values.SetRange(_caller, offset, length);
            var slot = keys.IndexOf(key);
            if (slot >= 0 && !IsFixed(key)) values.SetRange(slot, offset, length);
        }

        if (service.IsNull) service = target;
        if (service.IsNull) return !pairs.Malformed;
        values.SetRange(_service, service.Offset, service.Length);
        var colon = service.In(message).IndexOf((byte)':');
        values.SetRange(_interface, service.Offset, colon < 0 ? service.Length : colon);
        return !pairs.Malformed;
    }

    private void SetCodec(byte codec, AttributeValues values)
    {
        var name = codec switch { BoltMemo.Hessian => "hessian2"u8, 11 => "protobuf"u8, 12 => "json"u8, _ => default };
        if (name.IsEmpty) values.SetNumber(_codec, codec);
        else values.SetCopy(_codec, name);
    }
}
