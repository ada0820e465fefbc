using Meltemi.Program.Verbs.Codecs;
using Meltemi.Tests.Program.Support;
using Meltemi.Tests.Support;

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

    [Fact]
    public void Messages_are_printed_with_their_fields_and_attributes()
    {
        using var capture = new TemporaryFile("415701 01 00000024 00000007 0000 0010 0004 6e616d65 0003 616e6e 0001 61 0000 68656c6c");
        var (code, output, error) = Terminal.Run("codec", "try", "-f", Sample("awesomerpc.yaml"), capture.Name);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("""
            message 1 at 0, 36 bytes: REQUEST, id 7
                   0     2  magic              TEXT     "AW"
                   2     1  protocolVersion    U8       1
                   3     1  type               U8       1
                   4     4  length             U32      36
                   8     4  id                 U32      7
                  12     2  status             U16      0
                  14     2  headersLength      U16      16
                  16    16  headers            PAIRS
                    16    11  name: "ann"
                    27     5  a:
                  32     4  body               BYTES    "hell"
              attributes
                status: 0
                kind: request
                name: ann
                a:
            """, output.Replace(": \n", ":\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("42", "stops at offset 0 of 1, after 0 messages: 'magic' is \"B\", not \"AW\"", 1)]
    [InlineData("415701 63 00000010 00000007 0000 0000", "no kind of message from a client has type 99, status 0", 1)]
    [InlineData("415701 02 00000010 00000007 0000 0000", "as a server's it would be RESPONSE: try --from server", 1)]
    [InlineData("415701 01 00000011 00000007 0000 0000", "the message has 17 bytes or more, and 16 are left", 1)]
    [InlineData("415701 01 00000008 00000007 0000 0000", "the length is out of bounds: 'length' is 8", 1)]
    public void Where_it_stops_is_said_and_why(string hex, string reason, int exitCode)
    {
        using var capture = new TemporaryFile(hex + " ");
        var (code, output, _) = Terminal.Run("codec", "try", "-f", Sample("awesomerpc.yaml"), capture.Name);
        Assert.Equal(exitCode, code);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_that_cannot_be_used_is_printed_as_validate_does()
    {
        using var description = new TemporaryFile("name: x\nlayout: [{ name: a, type: TEXT, size: b }]\nkinds: [{ is: REQUEST }]\n");
        var (code, output, _) = Terminal.Run("codec", "try", "-f", description.Name, description.Name);
        Assert.Equal(2, code);
        Assert.Contains(":2:33 layout[0].size: there is no field 'b' in the layout", output, StringComparison.Ordinal);
        Assert.Equal(64, Terminal.Run("codec", "try", description.Name).Code);
        Assert.Equal(64, Terminal.Run("codec", "try", "--protocol", "nobodys", description.Name).Code);
    }

    [Fact]
    public void Protocols_that_come_with_the_program_can_be_tried_too()
    {
        var (code, output, _) = Terminal.Run("codec", "try", "--protocol", "bolt", "-a", "user", Sample("bolt-v1.client.hex"));
        Assert.Equal(0, code);
        Assert.Contains("REQUEST, id 11", output, StringComparison.Ordinal);
        Assert.Contains("    user: ann", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0a 0B\n0c", "0a0b0c")]
    [InlineData("00:ff", "00ff")]
    [InlineData("0a0", null)]
    [InlineData("0g", null)]
    public void Hexadecimal_text_is_told_from_bytes(string text, string? expected) =>
        Assert.Equal(expected, CaptureFile.FromHex(System.Text.Encoding.ASCII.GetBytes(text)) is { } bytes ? Convert.ToHexStringLower(bytes) : null);

    private static string Sample(string file) => Path.Combine(Repository.Root, "samples", "protocols", file);

    private static (int Code, string Output) Code((int Code, string Output, string Error) result) => (result.Code, result.Output);
}
