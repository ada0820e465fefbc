using Kind = Meltemi.Xds.Rules.Field.Types.Kind;

namespace Meltemi.Xds.Schema;

/// <summary>The messages that stand for a scalar which may be missing, such as <c>google.protobuf.UInt32Value</c>.</summary>
internal static class WrapperTypes
{
    /// <summary>What a type wraps; null if it is none of them.</summary>
    public static Kind? Find(string type) => type switch
    {
        "google.protobuf.UInt32Value" => Kind.Uint32,
        "google.protobuf.UInt64Value" => Kind.Uint64,
        "google.protobuf.Int32Value" => Kind.Int32,
        "google.protobuf.Int64Value" => Kind.Int64,
        "google.protobuf.DoubleValue" => Kind.Double,
        "google.protobuf.FloatValue" => Kind.Float,
        "google.protobuf.BoolValue" => Kind.Bool,
        "google.protobuf.StringValue" => Kind.String,
        "google.protobuf.BytesValue" => Kind.Bytes,
        _ => null,
    };
}
