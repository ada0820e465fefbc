using System.Buffers;
using System.Text;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Outbound.Health.Checks;

namespace Meltemi.Tests.Outbound.Health;

/// <summary>What answers say to the probes, in one piece and byte by byte.</summary>
public class ProbeTests
{
    [Theory]
    [InlineData("+PONG\r\n", nameof(ProbeVerdict.Well))]
    [InlineData("junk +PONG", nameof(ProbeVerdict.Well))]
    [InlineData("-NOAUTH\r\n", nameof(ProbeVerdict.NeedMore))]
    [InlineData("+PON", nameof(ProbeVerdict.NeedMore))]
    public void Tcp_wants_bytes_in_the_answer(string answer, string expected) => Check(new TcpProbeConfig("50", [Hex("+PONG")]), answer, expected);

    [Theory]
    [InlineData("one and two", nameof(ProbeVerdict.Well))]
    [InlineData("two and one", nameof(ProbeVerdict.NeedMore))]
    [InlineData("onetwo", nameof(ProbeVerdict.Well))]
    public void Tcp_wants_them_in_their_order(string answer, string expected) =>
        Check(new TcpProbeConfig("", [Hex("one"), Hex("two")]), answer, expected);

    [Fact]
    public void An_endless_answer_without_them_is_none()
    {
        var probe = Probe.Of(new TcpProbeConfig("50", ["FF"]));
        probe.Ask(new ArrayBufferWriter<byte>());
        Assert.Equal(ProbeVerdict.Failed, probe.Read(new byte[64 * 1024], new ArrayBufferWriter<byte>(), out _).Verdict);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", nameof(ProbeVerdict.Well), true)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length:0\r\nConnection: close\r\n\r\n", nameof(ProbeVerdict.Well), false)]
    [InlineData("HTTP/1.0 200 OK\r\nServer: x\r\n\r\nwhatever", nameof(ProbeVerdict.Well), false)]
    [InlineData("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", nameof(ProbeVerdict.Well), true)]
    [InlineData("HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n", nameof(ProbeVerdict.Failed), true)]
    [InlineData("HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n", nameof(ProbeVerdict.FailedForGood), true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", nameof(ProbeVerdict.NeedMore), true)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", nameof(ProbeVerdict.Failed), true)]
    [InlineData("HTTP/1.1 2xx\r\n\r\n", nameof(ProbeVerdict.Failed), true)]
    public void Http_is_judged_by_its_status(string answer, string expected, bool canAskAgain)
    {
        var config = new HttpProbeConfig("GET /healthz HTTP/1.1\r\n\r\n", [(200, 202)], [(429, 430)]);
        var probe = Check(config, answer, expected);
        Assert.Equal(canAskAgain, probe.CanAskAgain);
    }

    [Fact]
    public void A_head_without_end_is_no_http()
    {
        var probe = Probe.Of(new HttpProbeConfig("GET / HTTP/1.1\r\n\r\n", [(200, 201)], []));
        Assert.Equal(ProbeVerdict.Failed, probe.Read(new byte[16 * 1024], new ArrayBufferWriter<byte>(), out _).Verdict);
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static Probe Check(ProbeConfig config, string answer, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        var whole = Probe.Of(config);
        whole.Ask(new ArrayBufferWriter<byte>());
        Assert.Equal(Enum.Parse<ProbeVerdict>(expected), whole.Read(bytes, new ArrayBufferWriter<byte>(), out _).Verdict);

        // As connections do it: what was not consumed comes again, with one byte more.
        var piecemeal = Probe.Of(config);
        piecemeal.Ask(new ArrayBufferWriter<byte>());
        var (start, verdict) = (0, ProbeVerdict.NeedMore);
        for (var end = 1; end <= bytes.Length && verdict == ProbeVerdict.NeedMore; end++)
        {
            verdict = piecemeal.Read(bytes.AsSpan(start, end - start), new ArrayBufferWriter<byte>(), out var consumed).Verdict;
            start += consumed;
        }

        Assert.Equal(Enum.Parse<ProbeVerdict>(expected), verdict);
        return whole;
    }
}
