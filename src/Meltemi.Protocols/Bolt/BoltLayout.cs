using System.Buffers.Binary;

namespace Meltemi.Protocols.Bolt;

/// <summary>
/// Where the fields of a Bolt message stand, big-endian (com.alipay.remoting.rpc.protocol.RpcProtocol and RpcProtocolV2 of SOFABolt):
/// <code>
/// v1: u8 1               | u8 type | u16 command | u8 command version | u32 id | u8 codec |             REST
/// v2: u8 2 | u8 version  | u8 type | u16 command | u8 command version | u32 id | u8 codec | u8 switch | REST | u32 crc, if switched on
/// REST of a request: i32 time-out in ms | u16 class length | u16 header length | u32 content length | class | header | content
/// REST of an answer: u16 status         | the same
/// </code>
/// The CRC is there if the version is 2 and the switch's bit 0 is set; it covers all bytes before it.
/// </summary>
internal readonly record struct BoltLayout(bool IsV1, bool IsAnswer)
{
    /// <summary>Bytes of the shortest message: an answer of version 1.</summary>
    public const int MinSize = 20;

    public const byte Answer = 0;
    public const byte Request = 1;
    public const byte OneWay = 2;

    public const ushort Heartbeat = 0;
    public const ushort RpcRequest = 1;
    public const ushort RpcAnswer = 2;

    /// <summary>MOSN's word for "send no new requests on this connection"; SOFABolt took it over later.</summary>
    public const ushort GoAway = 100;

    /// <summary>Of version 2: the version of the frame.</summary>
    public const int VersionAt = 1;

    /// <summary>Of version 2: the switches.</summary>
    public const int SwitchAt = 11;

    public const byte CrcSwitch = 1;

    public int TypeAt => IsV1 ? 1 : 2;

    public int CommandAt => TypeAt + 1;

    public int IdAt => TypeAt + 4;

    public int CodecAt => TypeAt + 8;

    /// <summary>The time-out of a request, the status of an answer.</summary>
    public int RestAt => IsV1 ? 10 : 12;

    public int ClassLengthAt => RestAt + (IsAnswer ? 2 : 4);

    public int HeaderLengthAt => ClassLengthAt + 2;

    public int ContentLengthAt => ClassLengthAt + 4;

    /// <summary>Bytes before the class name.</summary>
    public int Size => ClassLengthAt + 8;

    /// <summary>The layout of a message that is known to be one.</summary>
    public static BoltLayout Of(ReadOnlySpan<byte> message) => new(message[0] == 1, message[message[0] == 1 ? 1 : 2] == Answer);

    /// <summary>Writes a message but for its lengths and body; answers what of <paramref name="to"/> it took.</summary>
    public static BoltLayout Write(Span<byte> to, BoltVariant variant, byte type, ushort command, uint id, byte codec, int rest)
    {
        var layout = new BoltLayout(variant == BoltVariant.V1, type == Answer);
        to[..layout.Size].Clear();
        to[0] = layout.IsV1 ? (byte)1 : (byte)2;
        if (!layout.IsV1)
        {
            to[VersionAt] = variant == BoltVariant.V2 ? (byte)1 : (byte)2;
            to[SwitchAt] = variant == BoltVariant.V2WithCrc ? CrcSwitch : (byte)0;
        }

        to[layout.TypeAt] = type;
        BinaryPrimitives.WriteUInt16BigEndian(to[layout.CommandAt..], command);
        to[layout.CommandAt + 2] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(to[layout.IdAt..], id);
        to[layout.CodecAt] = codec;
        if (layout.IsAnswer) BinaryPrimitives.WriteUInt16BigEndian(to[layout.RestAt..], (ushort)rest);
        else BinaryPrimitives.WriteInt32BigEndian(to[layout.RestAt..], rest);
        return layout;
    }
}

/// <summary>The dialects of Bolt, as <see cref="Codec.Frame.Variant"/>.</summary>
internal enum BoltVariant : byte
{
    /// <summary>Protocol code 1.</summary>
    V1 = 1,

    /// <summary>Protocol code 2, version 1: never a CRC.</summary>
    V2 = 2,

    /// <summary>Protocol code 2, version 2, CRC switched off.</summary>
    V2WithoutCrc = 3,

    /// <summary>Protocol code 2, version 2, CRC switched on.</summary>
    V2WithCrc = 4,
}
