using System.Buffers.Binary;
using Meltemi.Protocols.Protobuf;

namespace Meltemi.Protocols.Brpc;

/// <summary>
/// A baidu_std message: <c>"PRPC" | u32 body length | u32 meta length | meta | payload and attachment</c>, big-endian; the body is all behind these 12
/// bytes, the meta a protobuf message (baidu_rpc_meta.proto of Apache bRPC):
/// <code>
/// brpc.policy.RpcMeta         1 request, 2 response, 4 int64 correlation_id, 9 map&lt;string, string&gt; user_fields
/// brpc.policy.RpcRequestMeta  1 service_name, 2 method_name, 3 int64 log_id, 4 trace_id, 7 request_id, 8 int32 timeout_ms
/// brpc.policy.RpcResponseMeta 1 int32 error_code, 2 error_text
/// </code>
/// </summary>
internal struct BrpcMeta
{
    public const int HeadSize = 12;

    public const int RequestField = 1, ResponseField = 2, IdField = 4, UserFields = 9;
    public const int ServiceName = 1, MethodName = 2, LogId = 3, TraceId = 4, RequestId = 7, Timeout = 8;
    public const int ErrorCode = 1, ErrorText = 2;

    public ProtoField Request;
    public ProtoField Response;
    public ProtoField Id;

    public readonly bool IsRequest => Request.End > 0;

    public readonly bool IsResponse => Response.End > 0;

    /// <summary>Where the meta ends and the payload begins.</summary>
    public static int EndOf(ReadOnlySpan<byte> message) => HeadSize + BinaryPrimitives.ReadInt32BigEndian(message[8..]);

    /// <summary>Finds the meta's fields; of one that stands twice the last counts. False if they are broken.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out BrpcMeta meta)
    {
        meta = default;
        var reader = new ProtoReader(message, HeadSize, EndOf(message));
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (field is { Number: RequestField, IsBytes: true }) meta.Request = field;
            else if (field is { Number: ResponseField, IsBytes: true }) meta.Response = field;
            else if (field is { Number: IdField, IsVarint: true }) meta.Id = field;
        }

        return true;
    }

    /// <summary>A field of the request or response meta; without one it is empty. False if they are broken.</summary>
    public static bool TryFind(ReadOnlySpan<byte> message, in ProtoField meta, int number, out ProtoField found)
    {
        found = default;
        var reader = new ProtoReader(message, meta.Value, meta.End);
        while (!reader.AtEnd)
        {
            if (!reader.TryField(out var field)) return false;
            if (field.Number == number) found = field;
        }

        return true;
    }
}
