using Meltemi.Codec;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Brpc;

/// <summary>
/// The attributes of bRPC messages: every pair of the user fields under its own key, and besides, of requests, <c>service</c>, <c>method</c>,
/// <c>log_id</c>, <c>trace_id</c>, <c>request_id</c>, <c>timeout_ms</c> and <c>kind</c>; <c>caller</c> is the user field of that name, as the protocol
/// has none. Of answers <c>error_code</c>, <c>error_text</c> and <c>kind</c>. User fields under one of these names are not exposed.
/// </summary>
internal sealed class BrpcAttributes(AttributeKeys keys, Origin origin) : AttributeReader
{
    public const string LogId = "log_id";
    public const string TraceId = "trace_id";
    public const string RequestId = "request_id";
    public const string Timeout = "timeout_ms";

    private readonly int _kind = keys.IndexOf(Governance.Kind);
    private readonly int _service = keys.IndexOf(Governance.Service);
    private readonly int _method = keys.IndexOf(Governance.Method);
    private readonly int _logId = keys.IndexOf(LogId);
    private readonly int _traceId = keys.IndexOf(TraceId);
    private readonly int _requestId = keys.IndexOf(RequestId);
    private readonly int _timeout = keys.IndexOf(Timeout);
    private readonly int _errorCode = keys.IndexOf("error_code"u8);
    private readonly int _errorText = keys.IndexOf("error_text"u8);

    /// <summary>Whether the name is of an attribute that is no user field, and so cannot be changed.</summary>
    public static bool IsFixed(ReadOnlySpan<byte> name, Origin origin) => name.SequenceEqual("kind"u8) || (origin == Origin.Client
        ? name.SequenceEqual("service"u8) || name.SequenceEqual("method"u8) || name.SequenceEqual("log_id"u8) || name.SequenceEqual("trace_id"u8)
            || name.SequenceEqual("request_id"u8) || name.SequenceEqual("timeout_ms"u8)
        : name.SequenceEqual("error_code"u8) || name.SequenceEqual("error_text"u8));

    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (keys.Count == 0 || frame.Kind is not (MessageKind.Request or MessageKind.Response)) return true;
        Governance.SetKind(_kind, frame, values);
        if (frame.Kind == MessageKind.Response) values.SetNumber(_errorCode, frame.Code);
        var reader = new ProtoReader(message, BrpcMeta.HeadSize, BrpcMeta.EndOf(message));
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (!field.IsBytes) continue;
            var ok = field.Number switch
            {
                BrpcMeta.RequestField when origin == Origin.Client => ReadRequest(message, field, values),
                BrpcMeta.ResponseField when origin == Origin.Server => ReadResponse(message, field, values),
                BrpcMeta.UserFields => ReadUserField(message, field, values),
                _ => true,
            };
            if (!ok) return false;
        }

        return true;
    }

    private bool ReadRequest(ReadOnlySpan<byte> message, in ProtoField meta, AttributeValues values)
    {
        var reader = new ProtoReader(message, meta.Value, meta.End);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            switch (field)
            {
                case { Number: BrpcMeta.ServiceName, IsBytes: true }:
                    values.SetRange(_service, field.Value, field.Length);
                    break;
                case { Number: BrpcMeta.MethodName, IsBytes: true }:
                    values.SetRange(_method, field.Value, field.Length);
                    break;
                case { Number: BrpcMeta.RequestId, IsBytes: true }:
                    values.SetRange(_requestId, field.Value, field.Length);
                    break;
                case { Number: BrpcMeta.LogId, IsVarint: true }:
                    values.SetNumber(_logId, (long)field.Varint);
                    break;
                case { Number: BrpcMeta.TraceId, IsVarint: true }:
                    values.SetNumber(_traceId, (long)field.Varint);
                    break;
                case { Number: BrpcMeta.Timeout, IsVarint: true }:
                    values.SetNumber(_timeout, (int)field.Varint);
                    break;
            }
        }

        return true;
    }

    private bool ReadResponse(ReadOnlySpan<byte> message, in ProtoField meta, AttributeValues values)
    {
        if (!BrpcMeta.TryFind(message, meta, BrpcMeta.ErrorText, out var text)) return false;
        if (text is { IsBytes: true, End: > 0 }) values.SetRange(_errorText, text.Value, text.Length);
        return true;
    }

    private bool ReadUserField(ReadOnlySpan<byte> message, in ProtoField entry, AttributeValues values)
    {
        if (!ProtoMap.TryEntry(message, entry, out var key, out var value)) return false;
        var slot = keys.IndexOf(key.In(message));
        if (slot >= 0 && !IsFixed(key.In(message), origin)) values.SetRange(slot, value.Value, value.Length);
        return true;
    }
}
