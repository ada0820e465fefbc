using Meltemi.Program.Verbs.Codecs;
using Meltemi.Tests.Program.Support;

namespace Meltemi.Tests.Program;

public class CodecVerbTests
{
    private const string Capture = """
        4157 0005 01 aabbccddee
        4157 0003 02 aabbcc
        4157 0007 03 00112233445566
        4157 0004 04 ffeeddcc
        """;

    [Fact]
    public void A_capture_in_hexadecimal_is_guessed()
    {
        using var file = new TemporaryFile(Capture);
        var (code, output, error) = Terminal.Run("codec", "guess", file.Name);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("- { name: length, type: U16 }", output, StringComparison.Ordinal);
        Assert.Contains("length: { field: length, plus: 5 }", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_tells_nothing_is_said_to()
    {
        using var file = new TemporaryFile("00");
        Assert.Equal((1, ""), Code(Terminal.Run("codec", "guess", file.Name)));
        Assert.Contains("are there several?", Terminal.Run("codec", "guess", file.Name).Error, StringComparison.Ordinal);
        Assert.Contains("/nowhere/at-all: ", Terminal.Run("codec", "guess", "/nowhere/at-all").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0a 0B\n0c", "0a0b0c")]
    [InlineData("00:ff", "00ff")]
    [InlineData("0a0", null)]
    [InlineData("0g", null)]
    public void Hexadecimal_text_is_told_from_bytes(string text, string? expected) =>
        Assert.Equal(expected, CaptureFile.FromHex(System.Text.Encoding.ASCII.GetBytes(text)) is { } bytes ? Convert.ToHexStringLower(bytes) : null);

    private static (int Code, string Output) Code((int Code, string Output, string Error) result) => (result.Code, result.Output);
}
