using Meltemi.Xds.Grpc;

namespace Meltemi.ControlPlane.Tests.Xds.Grpc;

public class GrpcTextTests
{
    [Theory]
    [InlineData("plain text, 1~", "plain text, 1~")]
    [InlineData("100%\n", "100%25%0A")]
    [InlineData("é☃", "%C3%A9%E2%98%83")]
    public void A_message_is_percent_encoded(string text, string encoded)
    {
        Assert.Equal(encoded, StatusText.Encode(text));
        Assert.Equal(text, StatusText.Decode(encoded));
    }

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("%c3%A9", "é")]
    public void A_message_that_is_badly_encoded_is_taken_as_it_is(string encoded, string text) => Assert.Equal(text, StatusText.Decode(encoded));

    [Fact]
    public void A_long_message_is_cut_between_characters()
    {
        var encoded = StatusText.Encode(new string('☃', 5000));
        Assert.InRange(encoded.Length, StatusText.MaxBytes - 9, StatusText.MaxBytes + 9);
        Assert.Matches("^☃+$", StatusText.Decode(encoded));
    }

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("20S", 20_000)]
    [InlineData("99999999m", 99_999_999)]
    [InlineData("1500u", 1.5)]
    [InlineData("0n", 0)]
    [InlineData("3M", 180_000)]
    public void A_timeout_is_read_in_every_unit(string text, double milliseconds)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(milliseconds, timeout.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("123456789S")]
    [InlineData("-1S")]
    [InlineData("1d")]
    public void What_is_no_timeout_is_refused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0u")]
    [InlineData(1, "1000u")]
    [InlineData(99_999, "99999000u")]
    [InlineData(100_000, "100000m")]
    public void A_timeout_is_written_as_fine_as_it_fits(double milliseconds, string text)
    {
        Assert.Equal(text, GrpcTimeout.Format(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Fact]
    public void Metadata_that_could_not_be_sent_is_refused()
    {
        var metadata = new GrpcMetadata();
        Assert.Throws<ArgumentException>(() => metadata.Add("grpc-status", "0"));
        Assert.Throws<ArgumentException>(() => metadata.Add("with space", "0"));
        Assert.Throws<ArgumentException>(() => metadata.Add("name", "line\nbreak"));
        Assert.Throws<ArgumentException>(() => metadata.Add("bytes", [1, 2]));
        Assert.Empty(metadata);
    }

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("application/grpc; charset=utf-8", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc+json", false)]
    [InlineData("text/html", false)]
    [InlineData("", false)]
    public void Content_types_of_gRPC_are_known(string contentType, bool isGrpc) => Assert.Equal(isGrpc, GrpcNames.IsGrpc(contentType));
}
