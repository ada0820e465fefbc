using Meltemi.Codec;
using Meltemi.Proxy.Telemetry;

namespace Meltemi.Tests.Telemetry;

public class LocalRepliesTests
{
    [Fact]
    public void Every_reason_has_a_flag_and_details()
    {
        foreach (var reason in Enum.GetValues<ReplyReason>())
        {
            Assert.NotEqual(ResponseFlag.None, reason.Flag());
            Assert.False(reason.DetailsUtf8().IsEmpty, $"{reason}");
        }
    }

    [Fact]
    public void Every_flag_has_a_text_of_its_own()
    {
        var texts = Enum.GetValues<ResponseFlag>().Select(flag => flag.Text()).ToList();

        Assert.Equal(ResponseFlags.Count, texts.Distinct().Count());
        Assert.Equal("-", ResponseFlag.None.Text());
        Assert.Equal("UT", ReplyReason.Timeout.Flag().Text());
        Assert.Equal("UH", ReplyReason.NoHealthyEndpoint.Flag().Text());
    }
}
