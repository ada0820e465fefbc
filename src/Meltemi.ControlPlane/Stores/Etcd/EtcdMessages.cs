using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meltemi.ControlPlane.Stores.Etcd;

/// <summary>etcd's messages, as far as they are needed, in the JSON form of its gateway: bytes in base64, 64-bit numbers as texts.</summary>
internal static class EtcdJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString,
    };
}

internal sealed record ResponseHeader(ulong ClusterId, long Revision);

internal sealed record KeyValue(byte[] Key, byte[]? Value, long ModRevision);

internal sealed record RangeRequest(byte[] Key, byte[]? RangeEnd = null, long? Limit = null, long? Revision = null, bool? CountOnly = null);

internal sealed record RangeResponse(ResponseHeader Header, KeyValue[]? Kvs, bool More);

internal sealed record PutRequest(byte[] Key, byte[] Value, long? Lease = null);

internal sealed record DeleteRangeRequest(byte[] Key);

/// <summary>True if the key was last written at that revision; 0: if it does not exist.</summary>
internal sealed record Compare(byte[] Key, long ModRevision)
{
    public string Target => "MOD";

    public string Result => "EQUAL";
}

internal sealed record RequestOp(PutRequest? RequestPut = null, DeleteRangeRequest? RequestDeleteRange = null);

internal sealed record TxnRequest(Compare[] Compare, RequestOp[] Success);

internal sealed record TxnResponse(ResponseHeader Header, bool Succeeded);

internal sealed record WatchCreateRequest(byte[] Key, byte[] RangeEnd, long StartRevision);

internal sealed record WatchRequest(WatchCreateRequest CreateRequest);

internal sealed record WatchLine(WatchResponse? Result, EtcdError? Error);

internal sealed record WatchResponse(
    ResponseHeader? Header, bool Created, bool Canceled, long CompactRevision, string? CancelReason, WatchEvent[]? Events);

internal sealed record WatchEvent(string? Type, KeyValue Kv)
{
    public bool IsDelete => Type == "DELETE";
}

internal sealed record LeaseRequest(
    [property: JsonPropertyName("ID")] long? Id = null, [property: JsonPropertyName("TTL")] long? Ttl = null);

/// <summary><see cref="Ttl"/> 0: there is no such lease any more.</summary>
internal sealed record LeaseResponse([property: JsonPropertyName("ID")] long Id, [property: JsonPropertyName("TTL")] long Ttl);

internal sealed record LeaseLine(LeaseResponse? Result, EtcdError? Error);

internal sealed record AuthenticateRequest(string Name, string Password);

internal sealed record AuthenticateResponse(string Token);

internal sealed record EtcdError(string? Error, string? Message, int Code, int GrpcCode);
