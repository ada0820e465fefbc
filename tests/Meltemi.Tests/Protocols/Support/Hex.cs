namespace Meltemi.Tests.Protocols.Support;

internal static class Hex
{
    /// <summary>Bytes from hexadecimal lines.</summary>
    public static byte[] Parse(string lines) => Convert.FromHexString(lines.ReplaceLineEndings(""));
}
