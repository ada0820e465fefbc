namespace Meltemi.Bench.Lab.Protocols;

/// <summary>
/// A whole request; only its id and 16 letters in its argument differ from one to the next, so that no answer can be taken for another's.
/// </summary>
internal sealed class RequestTemplate
{
    /// <summary>Length of the argument's part that holds the letters; whole words of the checksum.</summary>
    public const int HeadSize = 24;

    private readonly ulong _restSum;

    public RequestTemplate(byte[] frame, int argumentOffset, int argumentLength, int uniqueOffset, bool echo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(argumentLength, HeadSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uniqueOffset, HeadSize - Letters.Size);
        Frame = frame;
        ArgumentOffset = argumentOffset;
        ArgumentLength = argumentLength;
        UniqueOffset = argumentOffset + uniqueOffset;
        Echo = echo;
        _restSum = Checksum.Part(Argument[HeadSize..], HeadSize / 8);
    }

    public byte[] Frame { get; }

    /// <summary>Where the argument starts, as it is on the wire: what the upstream sums and echoes.</summary>
    public int ArgumentOffset { get; }

    public int ArgumentLength { get; }

    /// <summary>Where in the frame the letters stand.</summary>
    public int UniqueOffset { get; }

    /// <summary>Whether the answer must repeat the argument.</summary>
    public bool Echo { get; }

    private ReadOnlySpan<byte> Argument => Frame.AsSpan(ArgumentOffset, ArgumentLength);

    /// <summary>Copies the request with these letters; the id is for the protocol to write.</summary>
    public void CopyTo(Span<byte> target, ulong unique)
    {
        Frame.CopyTo(target);
        Letters.Write(target[UniqueOffset..], unique);
    }

    /// <summary>True if checksum and echo are the answer to the request with these letters.</summary>
    public bool Fits(ulong unique, ReadOnlySpan<byte> checksum, ReadOnlySpan<byte> echo)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        Argument[..HeadSize].CopyTo(head);
        Letters.Write(head[(UniqueOffset - ArgumentOffset)..], unique);
        var expected = Checksum.Finish(Checksum.Part(head, 0) + _restSum, ArgumentLength);
        if (!Letters.Are(checksum, expected))
            return false;
        return Echo
            ? echo.Length == ArgumentLength && echo.StartsWith(head) && echo[HeadSize..].SequenceEqual(Argument[HeadSize..])
            : echo.IsEmpty;
    }
}
