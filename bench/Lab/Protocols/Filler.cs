namespace Meltemi.Bench.Lab.Protocols;

/// <summary>
/// Text of arguments: room for 16 letters that are different in each request, a letter that asks the upstream to echo the text or only to
/// sum it, and filling: the same in every run, without a period that a misplaced copy could hide behind.
/// </summary>
internal static class Filler
{
    private const byte EchoWanted = (byte)'E';
    private const byte SumWanted = (byte)'S';

    public static byte[] Text(int length, bool echo)
    {
        var random = new Random(20);
        var text = new byte[length];
        for (var i = 0; i < length; i++)
            text[i] = (byte)('A' + random.Next(26));
        text[Letters.Size] = echo ? EchoWanted : SumWanted;
        return text;
    }

    /// <summary>What the text asks for.</summary>
    public static bool WantsEcho(ReadOnlySpan<byte> text) => text.Length > Letters.Size && text[Letters.Size] == EchoWanted;
}
