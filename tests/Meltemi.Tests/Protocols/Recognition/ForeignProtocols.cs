using Meltemi.Tests.Protocols.Support;

namespace Meltemi.Tests.Protocols.Recognition;

/// <summary>First bytes of clients of protocols that Meltemi does not speak, by their specifications.</summary>
internal static class ForeignProtocols
{
    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>
    {
        ["http/1.1"] = "GET /index.html HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8\r\n\r\n"u8.ToArray(),
        ["http/2"] = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Hex.Parse("000012040000000000000300000064000400a00000000200000000")],
        ["http put"] = "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"u8.ToArray(),
        ["tls 1.2"] = Hex.Parse("16030100c8010000c40303d5a6f2b1c4e9a0d7f3b2c1908f7e6d5c4b3a29180706f5e4d3c2b1a0908020"),
        ["redis"] = "*2\r\n$3\r\nGET\r\n$5\r\nhello\r\n"u8.ToArray(),
        ["redis inline"] = "PING\r\n"u8.ToArray(),
        ["memcached"] = "get shop:1\r\n"u8.ToArray(),
        ["memcached binary"] = Hex.Parse("800000050000000000000005000000000000000000000000") is { } head ? [.. head, .. "Hello"u8] : [],
        ["kafka api versions 3"] = [.. Hex.Parse("00000024001200030000000100096b61666b612d636c69"), .. "ent-1.0"u8, 0],
        ["kafka produce 7"] = [.. Hex.Parse("0000004c0000000700000001000870726f6475636572ffff0001000003e8"), .. new byte[52]],
        ["zookeeper"] = Hex.Parse("0000002d00000000000000000000000000007530000000000000000000000010" + new string('0', 32) + "00"),
        ["postgresql ssl"] = Hex.Parse("0000000804d2162f"),
        ["postgresql"] = [.. Hex.Parse("0000002600030000"), .. "user\0shop\0database\0shop\0\0"u8],
        ["mongodb"] = Hex.Parse("3a000000010000000000000" + "0d40700000000000061646d696e2e24636d640000000000010000001300000001"),
        ["cassandra 3"] = Hex.Parse("0300000001000000160001000b43514c5f56455253494f4e0005332e302e30"),
        ["cassandra 1"] = Hex.Parse("01000001000000160001000b43514c5f56455253494f4e0005332e302e30"),
        ["cassandra 2"] = Hex.Parse("02000001000000160001000b43514c5f56455253494f4e0005332e302e30"),
        ["amqp"] = [.. "AMQP"u8, 0, 0, 9, 1],
        ["mqtt"] = [0x10, 0x10, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 4, .. "shop"u8],
        ["nats"] = "CONNECT {\"verbose\":false}\r\nPING\r\n"u8.ToArray(),
        ["rocketmq"] = [.. Hex.Parse("000000620000005e"), .. "{\"code\":34,\"flag\":0,\"language\":\"JAVA\",\"opaque\":0,\"version\":401}"u8],
        ["ssh"] = "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(),
        ["ldap"] = Hex.Parse("300c020101600702010304008000"),
        ["dns"] = Hex.Parse("001d1a2b01000001000000000000037777770473686f700378797a0000010001"),
        ["sql server"] = Hex.Parse("1201002f0000010000001a00060100200001020021000103002200040400260001ff"),
        ["smtp"] = "EHLO client.example\r\n"u8.ToArray(),
        ["socks 5"] = Hex.Parse("05020002"),
        ["rtmp"] = [3, .. new byte[64]],
        ["proxy protocol"] = "PROXY TCP4 192.0.2.1 192.0.2.2 5000 80\r\n"u8.ToArray(),
        ["zeroes"] = new byte[256],
        ["ones"] = [.. Enumerable.Repeat((byte)1, 256)],
        ["twos"] = [.. Enumerable.Repeat((byte)2, 256)],
        ["text"] = [.. Enumerable.Range(0, 2000).Select(i => (byte)('a' + i % 26))],
        ["nothing but 0xff"] = [.. Enumerable.Repeat((byte)0xff, 256)],
    };
}
