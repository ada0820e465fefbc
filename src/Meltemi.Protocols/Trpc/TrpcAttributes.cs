using Meltemi.Codec;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Trpc;

/// <summary>
/// The attributes of tRPC messages. Every pair of <c>trans_info</c> stands under its own key, and besides, of requests and of frames that open a
/// stream:
/// <list type="bullet">
/// <item><c>caller</c>, <c>callee</c>, <c>func</c> (<c>/package.Service/Method</c>), <c>message_type</c> (a number of bits), <c>content_type</c> (a
/// number), <c>timeout</c> in milliseconds (not of streams);</item>
/// <item><c>service</c>, which is the callee; <c>method</c>, the last part of func; <c>kind</c>.</item>
/// </list>
/// Of answers <c>ret</c> (the framework's code), <c>func_ret</c> (the service's), <c>error_msg</c>, <c>kind</c>. Pairs under one of these names are not
/// exposed.
/// </summary>
internal sealed class TrpcAttributes(AttributeKeys keys, Origin origin) : AttributeReader
{
    public const string Callee = "callee";
    public const string Function = "func";
    public const string Timeout = "timeout";
    public const string MessageType = "message_type";
    public const string ContentType = "content_type";

    private readonly int _kind = keys.IndexOf(Governance.Kind);
    private readonly int _service = keys.IndexOf(Governance.Service);
    private readonly int _method = keys.IndexOf(Governance.Method);
    private readonly int _caller = keys.IndexOf(Governance.Caller);
    private readonly int _callee = keys.IndexOf(Callee);
    private readonly int _function = keys.IndexOf(Function);
    private readonly int _timeout = keys.IndexOf(Timeout);
    private readonly int _messageType = keys.IndexOf(MessageType);
    private readonly int _contentType = keys.IndexOf(ContentType);
    private readonly int _return = keys.IndexOf("ret"u8);
    private readonly int _functionReturn = keys.IndexOf("func_ret"u8);
    private readonly int _errorMessage = keys.IndexOf("error_msg"u8);

    /// <summary>Whether the name is of an attribute that is no pair, and so cannot be changed.</summary>
    public static bool IsFixed(ReadOnlySpan<byte> name, Origin origin) => name.SequenceEqual("kind"u8) || (origin == Origin.Client
        ? name.SequenceEqual("service"u8) || name.SequenceEqual("method"u8) || name.SequenceEqual("caller"u8) || name.SequenceEqual("callee"u8)
            || name.SequenceEqual("func"u8) || name.SequenceEqual("timeout"u8) || name.SequenceEqual("message_type"u8)
            || name.SequenceEqual("content_type"u8)
        : name.SequenceEqual("ret"u8) || name.SequenceEqual("func_ret"u8) || name.SequenceEqual("error_msg"u8));

    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (keys.Count == 0) return true;
        Governance.SetKind(_kind, frame, values);
        switch (frame.Kind)
        {
            case MessageKind.Request or MessageKind.OneWay:
                return ReadRequest(message, frame.Mark0, values);
            case MessageKind.StreamOpen when origin == Origin.Client:
                return ReadOpening(message, frame.Length, values);
            case MessageKind.Response:
                return ReadAnswer(message, frame, values);
            default:
                return true;
        }
    }

    private bool ReadRequest(ReadOnlySpan<byte> message, int end, AttributeValues values)
    {
        var reader = new ProtoReader(message, TrpcHead.Size, end);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (field.IsVarint)
            {
                if (field.Number == TrpcFields.Request.Timeout && field.Varint > 0) values.SetNumber(_timeout, (long)field.Varint);
                else if (field.Number == TrpcFields.Request.MessageType) values.SetNumber(_messageType, (long)field.Varint);
                else if (field.Number == TrpcFields.Request.ContentType) values.SetNumber(_contentType, (long)field.Varint);
                continue;
            }

            if (!field.IsBytes) continue;
            if (field.Number == TrpcFields.Request.Caller) values.SetRange(_caller, field.Value, field.Length);
            else if (field.Number == TrpcFields.Request.Callee) SetCallee(field, values);
            else if (field.Number == TrpcFields.Request.Function) SetFunction(message, field, values);
            else if (field.Number == TrpcFields.Request.TransInfo && !ReadPair(message, field, values)) return false;
        }

        return true;
    }

    private bool ReadOpening(ReadOnlySpan<byte> message, int end, AttributeValues values)
    {
        var reader = new ProtoReader(message, TrpcHead.Size, end);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (field is { Number: TrpcFields.Init.ContentType, IsVarint: true }) values.SetNumber(_contentType, (long)field.Varint);
            else if (field is { Number: TrpcFields.Init.RequestMeta, IsBytes: true } && !ReadOpeningMeta(message, field, values)) return false;
        }

        return true;
    }

    private bool ReadOpeningMeta(ReadOnlySpan<byte> message, in ProtoField meta, AttributeValues values)
    {
        var reader = new ProtoReader(message, meta.Value, meta.End);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (field is { Number: TrpcFields.InitRequest.MessageType, IsVarint: true }) values.SetNumber(_messageType, (long)field.Varint);
            if (!field.IsBytes) continue;
            if (field.Number == TrpcFields.InitRequest.Caller) values.SetRange(_caller, field.Value, field.Length);
            else if (field.Number == TrpcFields.InitRequest.Callee) SetCallee(field, values);
            else if (field.Number == TrpcFields.InitRequest.Function) SetFunction(message, field, values);
            else if (field.Number == TrpcFields.InitRequest.TransInfo && !ReadPair(message, field, values)) return false;
        }

        return true;
    }

    private bool ReadAnswer(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        var reader = new ProtoReader(message, TrpcHead.Size, frame.Mark0);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (field is { Number: TrpcFields.Response.Return, IsVarint: true }) values.SetNumber(_return, (int)field.Varint);
            else if (field is { Number: TrpcFields.Response.FunctionReturn, IsVarint: true }) values.SetNumber(_functionReturn, (int)field.Varint);
            else if (field is { Number: TrpcFields.Response.ErrorMessage, IsBytes: true }) values.SetRange(_errorMessage, field.Value, field.Length);
            else if (field is { Number: TrpcFields.Response.TransInfo, IsBytes: true } && !ReadPair(message, field, values)) return false;
        }

        values.SetNumber(_return, 0);
        values.SetNumber(_functionReturn, 0);
        return true;
    }

    private void SetCallee(in ProtoField field, AttributeValues values)
    {
        values.SetRange(_callee, field.Value, field.Length);
        values.SetRange(_service, field.Value, field.Length);
    }

    private void SetFunction(ReadOnlySpan<byte> message, in ProtoField field, AttributeValues values)
    {
        values.SetRange(_function, field.Value, field.Length);
        var name = field.In(message).LastIndexOf((byte)'/') + 1;
        values.SetRange(_method, field.Value + name, field.Length - name);
    }

    private bool ReadPair(ReadOnlySpan<byte> message, in ProtoField entry, AttributeValues values)
    {
        if (!ProtoMap.TryEntry(message, entry, out var key, out var value)) return false;
        var slot = keys.IndexOf(key.In(message));
        if (slot >= 0 && !IsFixed(key.In(message), origin)) values.SetRange(slot, value.Value, value.Length);
        return true;
    }
}
