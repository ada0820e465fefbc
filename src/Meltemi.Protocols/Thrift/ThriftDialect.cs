namespace Meltemi.Protocols.Thrift;

/// <summary>How messages are delimited on the connection.</summary>
internal enum ThriftTransport : byte
{
    /// <summary>Nothing has been seen yet.</summary>
    Unknown,

    /// <summary>A length of 4 bytes, then the message.</summary>
    Framed,

    /// <summary>The message alone ("buffered"); it ends where its struct ends.</summary>
    Unframed,

    /// <summary>A length, the THeader with key-value pairs, then the message.</summary>
    Header,
}

/// <summary>How a message is encoded.</summary>
internal enum ThriftProtocol : byte
{
    /// <summary>Binary with a version word (strict).</summary>
    Binary,

    /// <summary>Binary that starts with the method's name, as written before versions were introduced.</summary>
    BinaryOld,

    /// <summary>Compact.</summary>
    Compact,

    /// <summary>Under a THeader: a protocol that we do not read, such as JSON.</summary>
    Opaque,
}

/// <summary>Transport and protocol together: the <see cref="Meltemi.Codec.Frame.Variant"/>.</summary>
internal readonly record struct ThriftDialect(ThriftTransport Transport, ThriftProtocol Protocol)
{
    public byte Variant => (byte)(((int)Transport << 2) | (int)Protocol);

    public ReadOnlySpan<byte> TransportName => Transport switch
    {
        ThriftTransport.Framed => "framed"u8,
        ThriftTransport.Unframed => "unframed"u8,
        _ => "header"u8,
    };

    /// <summary>Empty for <see cref="ThriftProtocol.Opaque"/>.</summary>
    public ReadOnlySpan<byte> ProtocolName => Protocol switch
    {
        ThriftProtocol.Binary => "binary"u8,
        ThriftProtocol.BinaryOld => "binary-old"u8,
        ThriftProtocol.Compact => "compact"u8,
        _ => default,
    };

    public static ThriftDialect Of(byte variant) => new((ThriftTransport)(variant >> 2), (ThriftProtocol)(variant & 3));
}
