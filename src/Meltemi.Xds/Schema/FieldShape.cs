using Kind = Meltemi.Xds.Rules.Field.Types.Kind;

namespace Meltemi.Xds.Schema;

/// <summary>What the message in a field is, so that those who walk many messages need not look at its name each time.</summary>
/// <param name="Form">Its form.</param>
/// <param name="Message">Of an ordinary message: its schema.</param>
/// <param name="Wrapped">Of a wrapper: what it wraps.</param>
internal sealed record FieldShape(MessageForm Form, MessageSchema? Message = null, Kind Wrapped = Kind.Unknown)
{
    public static FieldShape Of(FieldSchema field, SchemaSet schemas) => field.TypeName switch
    {
        "google.protobuf.Any" => new(MessageForm.Any),
        "google.protobuf.Struct" or "google.protobuf.Value" or "google.protobuf.ListValue" => new(MessageForm.Free),
        "google.protobuf.Duration" => new(MessageForm.Duration),
        _ when WrapperTypes.Find(field.TypeName) is { } kind => new(MessageForm.Wrapper, Wrapped: kind),
        _ when schemas.Message(field.TypeName) is { } message => new(MessageForm.Message, message),
        _ => new(MessageForm.Free),
    };
}

/// <summary>Forms of messages.</summary>
internal enum MessageForm : byte
{
    /// <summary>One of the set.</summary>
    Message,

    /// <summary><c>google.protobuf.Any</c>.</summary>
    Any,

    /// <summary>Free values, and what is not known.</summary>
    Free,

    /// <summary><c>google.protobuf.Duration</c>.</summary>
    Duration,

    /// <summary>A scalar that may be missing.</summary>
    Wrapper,
}
