namespace Meltemi.Codec.Testing;

/// <summary>A codec breaks the contract. The message says which check, which sample, at which byte, and shows the bytes.</summary>
public sealed class ConformanceException : Exception
{
    internal ConformanceException(string check, string where, string what, byte[] bytes, int at, Exception? inner)
        : base(Text(check, where, what, bytes, at), inner)
    {
        Check = check;
        Bytes = bytes;
        At = at;
    }

    /// <summary>Name of the check that failed, one of <see cref="CodecConformance.Checks"/>.</summary>
    public string Check { get; }

    /// <summary>The bytes that the codec was given, or wrote.</summary>
    public byte[] Bytes { get; }

    /// <summary>The place in <see cref="Bytes"/> that matters: where they were cut or changed; -1: none in particular.</summary>
    public int At { get; }

    private static string Text(string check, string where, string what, byte[] bytes, int at)
    {
        var place = at < 0 ? "" : $" at byte {at}";
        return $"{check}: {where}{place}: {what}\n{HexDump.Of(bytes, at)}";
    }
}
