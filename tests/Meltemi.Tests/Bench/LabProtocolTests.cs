using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Tests.Bench;

public class LabProtocolTests
{
    private const ulong Unique = 0x0123456789ABCDEF;

    [Theory]
    [InlineData(32, true)]
    [InlineData(40, true)]
    [InlineData(40, false)]
    [InlineData(1023, true)]
    [InlineData(1024, true)]
    [InlineData(32768, true)]
    [InlineData(120_000, true)]
    [InlineData(120_000, false)]
    public void An_answer_fits_its_request_and_no_other(int argumentLength, bool echo)
    {
        RoundTrip<Dubbo>(argumentLength, echo);
        RoundTrip<Thrift>(argumentLength, echo);
        RoundTrip<Bolt>(argumentLength, echo);
    }

    [Fact]
    public void A_changed_byte_anywhere_in_an_answer_is_noticed()
    {
        EveryChangeIsNoticed<Dubbo>();
        EveryChangeIsNoticed<Thrift>();
        EveryChangeIsNoticed<Bolt>();
    }

    [Fact]
    public void The_default_Dubbo_request_has_250_bytes()
    {
        Assert.Equal(250, Dubbo.Template(40, echo: true).Frame.Length);
    }

    [Fact]
    public void A_Dubbo_heartbeat_is_answered_by_one_with_the_same_id()
    {
        byte[] heartbeat = [0xDA, 0xBB, 0xE2, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, (byte)'N'];
        byte[] expected = [0xDA, 0xBB, 0x22, 20, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, (byte)'N'];
        var answer = new byte[64];

        var length = Dubbo.WriteAnswer(heartbeat, answer);

        Assert.Equal(expected, answer[..length]);
    }

    [Fact]
    public void A_request_whose_string_ends_beyond_the_frame_is_refused()
    {
        var frame = Dubbo.Template(40, echo: true).Frame;
        frame[16] = 0x1F; // the first string of the body claims 31 characters: the following strings start at wrong places

        Assert.Equal(-1, Dubbo.WriteAnswer(frame, new byte[frame.Length + IWireProtocol.AnswerExtra]));
    }

    [Fact]
    public void Swapped_words_and_lost_zeros_change_the_checksum()
    {
        var data = Enumerable.Range(0, 64).Select(i => (byte)i).ToArray();
        byte[] swapped = [.. data[8..16], .. data[..8], .. data[16..]];

        Assert.NotEqual(Checksum.Of(data), Checksum.Of(swapped));
        Assert.NotEqual(Checksum.Of(new byte[16]), Checksum.Of(new byte[17]));
        Assert.Equal(Checksum.Of(data), Checksum.Finish(Checksum.Part(data.AsSpan(..24), 0) + Checksum.Part(data.AsSpan(24..), 3), 64));
    }

    private static void RoundTrip<TProtocol>(int argumentLength, bool echo)
        where TProtocol : struct, IWireProtocol
    {
        var template = TProtocol.Template(argumentLength, echo);
        var answer = Answer<TProtocol>(template, 77);

        Assert.Equal(answer.Length, TProtocol.FrameLength(answer));
        Assert.Equal(77, TProtocol.ReadId(answer));
        Assert.True(TProtocol.TryReadAnswer(answer, out var checksum, out var echoed));
        Assert.True(template.Fits(Unique, checksum, echoed));
        Assert.False(template.Fits(Unique + 1, checksum, echoed));
        Assert.Equal(echo, !echoed.IsEmpty);
    }

    private static void EveryChangeIsNoticed<TProtocol>()
        where TProtocol : struct, IWireProtocol
    {
        var template = TProtocol.Template(100, echo: true);
        var answer = Answer<TProtocol>(template, 77);
        for (var i = 0; i < answer.Length; i++)
        {
            answer[i] ^= 1;
            var isRight = TProtocol.FrameLength(answer) == answer.Length
                && TProtocol.TryReadAnswer(answer, out var checksum, out var echo)
                && TProtocol.ReadId(answer) == 77
                && template.Fits(Unique, checksum, echo);
            Assert.False(isRight, $"{typeof(TProtocol).Name}: byte {i}");
            answer[i] ^= 1;
        }
    }

    private static byte[] Answer<TProtocol>(RequestTemplate template, long id)
        where TProtocol : struct, IWireProtocol
    {
        var request = new byte[template.Frame.Length];
        template.CopyTo(request, Unique);
        TProtocol.WriteId(request, id);
        Assert.Equal(request.Length, TProtocol.FrameLength(request));
        var answer = new byte[request.Length + IWireProtocol.AnswerExtra];
        return answer[..TProtocol.WriteAnswer(request, answer)];
    }
}
