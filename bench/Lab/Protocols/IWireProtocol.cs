namespace Meltemi.Bench.Lab.Protocols;

/// <summary>
/// A protocol as generator and upstream speak it: just enough to build one kind of request, to answer it and to check the answer.
/// Written apart from the proxy's codecs on purpose, so that a mistake there cannot hide itself here. Static, so that the
/// compiler makes one loop per protocol with everything inlined.
/// </summary>
internal interface IWireProtocol
{
    /// <summary>Bytes that <see cref="FrameLength"/> needs.</summary>
    static abstract int HeaderSize { get; }

    /// <summary>The bits of an id that travel on the wire.</summary>
    static abstract long IdMask { get; }

    /// <summary>Length of the frame that starts with <paramref name="header"/>; -1 if it is none.</summary>
    static abstract int FrameLength(ReadOnlySpan<byte> header);

    /// <summary>A request with a string argument of so many characters, which is to be echoed or only summed.</summary>
    static abstract RequestTemplate Template(int argumentLength, bool echo);

    static abstract long ReadId(ReadOnlySpan<byte> frame);

    static abstract void WriteId(Span<byte> frame, long id);

    /// <summary>
    /// Writes the upstream's answer to <paramref name="request"/>: the argument's checksum and, if it wants to be echoed, the argument.
    /// Returns its length, at most <paramref name="request"/>'s and <see cref="AnswerExtra"/>; -1: not a good request.
    /// </summary>
    static abstract int WriteAnswer(ReadOnlySpan<byte> request, Span<byte> target);

    /// <summary>
    /// Finds checksum and echo in an answer. False if it is not a good one: an error, for instance, for which
    /// <see cref="Explain"/> finds words.
    /// </summary>
    static abstract bool TryReadAnswer(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> checksum, out ReadOnlySpan<byte> echo);

    /// <summary>What a frame that is not a good answer says.</summary>
    static abstract string Explain(ReadOnlySpan<byte> frame);

    /// <summary>How much longer than the request an answer may be.</summary>
    const int AnswerExtra = 64;

    /// <summary>Frames beyond this are taken for garbage.</summary>
    const int MaxFrame = 64 * 1024 * 1024;
}
