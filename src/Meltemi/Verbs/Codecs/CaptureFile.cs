using System.Text;

namespace Meltemi.Program.Verbs.Codecs;

/// <summary>Captured bytes: a file as it is, or with hexadecimal text in it (spaces and line ends do not count); <c>-</c> is the standard input.</summary>
internal static class CaptureFile
{
    /// <exception cref="CommandFailedException">It cannot be read or is empty.</exception>
    public static byte[] Read(string file)
    {
        try
        {
            var bytes = file == "-" ? ReadAll(Console.OpenStandardInput()) : File.ReadAllBytes(file);
            if (bytes.Length == 0) throw new CommandFailedException($"{file}: there is nothing in it", ExitCodes.Failed);
            return FromHex(bytes) ?? bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file}: {e.Message}", ExitCodes.Failed);
        }
    }

    /// <summary>The bytes that a text of hexadecimal digits stands for; null: it is no such text.</summary>
    public static byte[]? FromHex(ReadOnlySpan<byte> text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var b in text)
        {
            if (char.IsAsciiHexDigit((char)b)) digits.Append((char)b);
            else if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)':')) return null;
        }

        return digits.Length > 0 && digits.Length % 2 == 0 ? Convert.FromHexString(digits.ToString()) : null;
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
