using System.Net;
using System.Net.Sockets;
using System.Text;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport.ProxyProtocol;

public class ProxyHeaderTests
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    private static readonly byte[] Ip4 = [192, 0, 2, 1, 198, 51, 100, 7, 0xDC, 0x04, 0x01, 0xBB];

    public static TheoryData<byte[], string?, string?> Good => new()
    {
        { Line("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"), "192.0.2.1:56324", "198.51.100.7:443" },
        { Line("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535"), "255.255.255.255:65535", "255.255.255.255:65535" },
        { Line("PROXY TCP6 2001:db8::1 ::1 1 0"), "[2001:db8::1]:1", "[::1]:0" },
        {
            Line("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"),
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
        },
        { Line("PROXY UNKNOWN"), null, null },
        { Line("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535"), null, null },
        { Binary(0x21, 0x11, Ip4), "192.0.2.1:56324", "198.51.100.7:443" },
        { Binary(0x21, 0x12, Ip4), "192.0.2.1:56324", "198.51.100.7:443" },
        { Binary(0x21, 0x11, Ip4, [3, 0, 4, 1, 2, 3, 4]), "192.0.2.1:56324", "198.51.100.7:443" },
        { Binary(0x21, 0x21, Sixteen(1), Sixteen(2), [0, 80, 1, 0]), "[::1]:80", "[::2]:256" },
        { Binary(0x21, 0x21, [.. new byte[10], 255, 255, 192, 0, 2, 1], Sixteen(2), [0, 80, 1, 0]), "192.0.2.1:80", "[::2]:256" },
        { Binary(0x21, 0x31, Path("/run/a"), Path("/run/b")), "/run/a", "/run/b" },
        { Binary(0x21, 0x31, Path(""), Path("\0abstract")), null, "@abstract" },
        { Binary(0x21, 0x31, [.. Enumerable.Repeat((byte)0xFF, 107), 0], Path("/run/b\0rest")), null, "/run/b" },
        { Binary(0x21, 0x31, [.. Enumerable.Repeat((byte)'x', 108)], Path("/run/b")), null, "/run/b" },
        { Binary(0x21, 0x00, []), null, null },
        { Binary(0x21, 0x00, [1, 2, 3]), null, null },
        { Binary(0x20, 0x00, []), null, null },
        { Binary(0x20, 0x11, Ip4), null, null },
        { Binary(0x21, 0x11, Ip4, new byte[4084]), "192.0.2.1:56324", "198.51.100.7:443" },
    };

    public static TheoryData<byte[]> Bad => [
        "GET / HTTP/1.1\r\n"u8.ToArray(),
        "PROXY"u8.ToArray().Append((byte)'\t').ToArray(),
        Line("PROXY "),
        Line("PROXY TCP4"),
        Line("PROXY TCP5 192.0.2.1 198.51.100.7 56324 443"),
        Line("PROXY tcp4 192.0.2.1 198.51.100.7 56324 443"),
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 56324"),
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 1"),
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 "),
        Line("PROXY TCP4  192.0.2.1 198.51.100.7 56324 443"),
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 56324 65536"),
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 -1 443"),
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 +1 443"),
        Line("PROXY TCP4 192.0.2.1 198.51.100.7 1x 443"),
        Line("PROXY TCP4 192.0.2.256 198.51.100.7 56324 443"),
        Line("PROXY TCP4 192.0.2 198.51.100.7 56324 443"),
        Line("PROXY TCP4 192.0.02.1 198.51.100.7 56324 443"),
        Line("PROXY TCP4 0xC0.0.2.1 198.51.100.7 56324 443"),
        Line("PROXY TCP4 ::1 ::1 56324 443"),
        Line("PROXY TCP6 192.0.2.1 198.51.100.7 56324 443"),
        Line("PROXY TCP6 fe80::1%1 ::1 56324 443"),
        Line("PROXY TCP6 [::1] ::1 56324 443"),
        Line("PROXY UNKNOWNS"),
        "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\n"u8.ToArray(),
        Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 93)), // 107 bytes and no end
        Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 92) + "\r\n"), // 108 bytes
        [.. Signature[..11], 0x0B],
        Binary(0x11, 0x11, new byte[12]), // version 1 in binary
        Binary(0x22, 0x11, new byte[12]), // no such command
        Binary(0x21, 0x41, new byte[12]), // no such family
        Binary(0x21, 0x13, new byte[12]), // no such transport
        Binary(0x21, 0x11, new byte[11]), // addresses cut short
        Binary(0x21, 0x21, new byte[35]),
        Binary(0x21, 0x31, new byte[215]),
        Binary(0x21, 0x11, new byte[4097]), // more than anybody needs
    ];

    [Theory, MemberData(nameof(Good))]
    public void A_header_is_read_and_what_follows_is_left(byte[] bytes, string? source, string? destination)
    {
        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.Parse([.. bytes, .. "\r\nPROXY"u8], out ProxyHeader header, out _));
        Assert.Equal((bytes.Length, source, destination), (header.Length, header.Source?.ToString(), header.Destination?.ToString()));
    }

    [Theory, MemberData(nameof(Good))]
    public void A_beginning_is_incomplete_and_asks_for_no_more_than_there_will_be(byte[] bytes, string? source, string? destination)
    {
        _ = (source, destination);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeader.Parse(bytes.AsSpan(0, length), out ProxyHeader header, out int need));
            Assert.InRange(need, length + 1, bytes.Length);
            Assert.Equal(default, header);
        }
    }

    [Theory, MemberData(nameof(Bad))]
    public void What_breaks_the_rules_is_malformed_and_never_complete_before(byte[] bytes)
    {
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeader.Parse(bytes, out ProxyHeader header, out _));
        Assert.Equal(default, header);
        for (int length = 0; length < bytes.Length; length++)
            Assert.NotEqual(ProxyHeaderStatus.Complete, ProxyHeader.Parse(bytes.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void Random_changes_to_good_headers_throw_nothing_and_stay_within_the_bytes()
    {
        var random = new Random(3);
        byte[][] good = [.. Good.Select(row => (byte[])row[0])];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. good[random.Next(good.Length)]];
            for (int change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            switch (ProxyHeader.Parse(bytes, out ProxyHeader header, out int need))
            {
                case ProxyHeaderStatus.Complete:
                    Assert.InRange(header.Length, 15, bytes.Length);
                    break;
                case ProxyHeaderStatus.Incomplete:
                    Assert.InRange(need, bytes.Length + 1, 16 + 4096);
                    break;
            }
        }
    }

    internal static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\r\n");

    internal static byte[] Binary(byte command, byte family, params byte[][] rest)
    {
        byte[] all = [.. rest.SelectMany(part => part)];
        return [.. Signature, command, family, (byte)(all.Length >> 8), (byte)all.Length, .. all];
    }

    private static byte[] Sixteen(byte last) => [.. new byte[15], last];

    private static byte[] Path(string path) => [.. Encoding.UTF8.GetBytes(path), .. new byte[108 - path.Length]];
}
