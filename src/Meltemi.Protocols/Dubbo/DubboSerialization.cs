namespace Meltemi.Protocols.Dubbo;

/// <summary>How a body is coded: the low five bits of the flags. We read two of them; the others are framed and forwarded.</summary>
internal static class DubboSerialization
{
    public const int Hessian2 = 2;
    public const int FastJson = 6;

    public static int Of(ReadOnlySpan<byte> message) => message[2] & DubboHeader.SerializationMask;

    /// <summary>Dubbo's own name for a serialization; empty for an id that Dubbo has not given away.</summary>
    public static ReadOnlySpan<byte> NameOf(int id) => id switch
    {
        Hessian2 => "hessian2"u8,
        3 => "java"u8,
        4 => "compactedjava"u8,
        FastJson => "fastjson"u8,
        7 => "nativejava"u8,
        8 => "kryo"u8,
        9 => "fst"u8,
        10 => "native-hessian"u8,
        11 => "avro"u8,
        12 => "protostuff"u8,
        16 => "gson"u8,
        18 => "jackson"u8,
        21 => "protobuf-json"u8,
        22 => "protobuf"u8,
        23 => "fastjson2"u8,
        25 => "kryo2"u8,
        27 => "msgpack"u8,
        28 => "fury"u8,
        _ => default,
    };
}
