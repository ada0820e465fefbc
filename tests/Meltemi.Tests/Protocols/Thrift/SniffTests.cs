using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols.Thrift;

namespace Meltemi.Tests.Protocols.Thrift;

/// <summary>What a connection's first bytes say, and what the following ones may then be.</summary>
public class SniffTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("*1\r\n$4\r\nPING\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public void Text_protocols_are_not_thrift(string text) => IsNot(Encoding.ASCII.GetBytes(text));

    [Theory]
    [InlineData("160301020001 0001fc0303")] // TLS hello
    [InlineData("dabbc20000000000 00000001 00000010")] // Dubbo
    [InlineData("0101000101 0000000101000003e8")] // Bolt
    [InlineData("0930000000000060 0020 00000001")] // tRPC
    [InlineData("0000001a 0012 0003 00000001 0004")] // Kafka
    [InlineData("0000001a 0000 0003 00000001 0004")] // Kafka, produce
    [InlineData("0000002c 00000000 00000000 00000000")] // ZooKeeper
    [InlineData("00000050 10012c3c4c560548656c6c6f")] // TARS
    [InlineData("8002000100000001")] // a version of binary that does not exist
    [InlineData("8223000000")] // a version of compact that does not exist
    [InlineData("ff")]
    public void Binary_protocols_are_not_thrift(string hex) => IsNot(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    [Fact]
    public void A_frame_of_thrift_over_the_limit_is_broken_rather_than_foreign()
    {
        var codec = new ThriftCodecFactory().Create(new() { MaxFrameBytes = 100 });
        var frame = default(Frame);
        foreach (var hex in (string[])["0000006180010001", "0000006182210001", "000000610fff0000"])
        {
            var bytes = Convert.FromHexString(hex);
            Assert.Equal(DecodeStatus.Malformed, codec.Decode(bytes, Origin.Client, null, ref frame).Status);
            bytes[3] = 96;
            Assert.Equal(100, codec.Decode(bytes, Origin.Client, null, ref frame).Needed);
        }
    }

    [Fact]
    public void Each_dialect_has_a_variant()
    {
        string[] dialects =
        [
            "Framed_Binary", "Framed_BinaryOld", "Framed_Compact", "Unframed_Binary", "Unframed_BinaryOld", "Unframed_Compact",
            "Header_Binary", "Header_Compact",
        ];
        var variants = dialects.Select(dialect => Wire.Whole(Wire.Golden[$"{dialect}_Call"], Origin.Client).Variant);
        Assert.Equal(dialects.Length, variants.Distinct().Count());
    }

    [Theory]
    [InlineData("Framed_Binary_Call")]
    [InlineData("Framed_BinaryOld_Call")]
    [InlineData("Framed_Compact_Call")]
    [InlineData("Unframed_Binary_Call")]
    [InlineData("Unframed_BinaryOld_Call")]
    [InlineData("Unframed_Compact_Call")]
    [InlineData("Header_Binary_Call")]
    public void A_connection_keeps_its_dialect(string first)
    {
        foreach (var (name, golden) in Wire.Golden.Where(golden => golden.Key.EndsWith("_Call", StringComparison.Ordinal)))
        {
            var state = Wire.Codec.NewConnectionState(Origin.Client);
            Assert.Equal(DecodeStatus.Complete, Wire.Decode(Wire.Golden[first], Origin.Client, out _, state).Status);
            var headers = first == "Header_Binary_Call" && name.Split('_')[0] is ("Header" or "Pairs" or "Zlib");
            var same = name == first || headers;
            var then = Wire.Decode(golden, Origin.Client, out _, state).Status;
            Assert.Equal((name, same), (name, then == DecodeStatus.Complete));
            if (!same) Assert.True(then is DecodeStatus.Malformed or DecodeStatus.NeedMore);
        }
    }

    [Theory]
    [InlineData("Framed_Binary_Call", Origin.Server)]
    [InlineData("Unframed_Compact_OneWay", Origin.Server)]
    [InlineData("Framed_Compact_Reply", Origin.Client)]
    [InlineData("Header_Binary_Exception", Origin.Client)]
    public void A_message_that_goes_the_wrong_way_is_refused(string name, Origin origin) =>
        Assert.Equal(DecodeStatus.Malformed, Wire.Decode(Wire.Golden[name], origin, out _).Status);

    [Theory]
    [InlineData("00000004 80010001")] // no name
    [InlineData("0000000c 80010001 00000001 61 000000")] // a cut id
    [InlineData("0000000c 80010001 7fffffff 61 000000")] // a name longer than everything
    [InlineData("0000000d 80010001 00000001 61 00000001 00", true)] // whole
    [InlineData("0000000d 80010005 00000001 61 00000001 00")] // an unknown type
    [InlineData("0000000d 80010000 00000001 61 00000001 00")]
    [InlineData("00000000 80010001")]
    [InlineData("00000006 0fff00000000")] // a header that is cut off
    [InlineData("0000000a 0fff0000 00000001 0001")] // a header longer than its frame
    [InlineData("0000000e 0fff0000 00000001 0001 ffffffff")] // a varint that does not end
    [InlineData("0000000e 0fff0000 00000001 0001 00ff0100")] // more transforms than bytes
    [InlineData("0000000e 0fff0000 00000001 0001 00000000")] // no message
    public void Broken_frames_are_refused(string hex, bool whole = false)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(whole ? DecodeStatus.Complete : DecodeStatus.Malformed, Wire.Decode(bytes, Origin.Client, out _).Status);
    }

    private static void IsNot(byte[] bytes)
    {
        for (var length = 1; length <= bytes.Length; length++)
        {
            var decoded = Wire.Decode(bytes[..length], Origin.Client, out _);
            if (decoded.Status == DecodeStatus.NotThisProtocol) return;
            Assert.Equal(DecodeStatus.NeedMore, decoded.Status);
            Assert.True(decoded.Needed > length);
        }

        Assert.Fail("taken for thrift");
    }
}
