using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Note about a request with THeader. Its sequence id stands twice, in the header and in the message, and libraries differ: Apache's write
/// the same number in both, but node's clients leave the header's at 0 and fbthrift's the inner one; servers echo the inner one, but not
/// always the header's (node's writes that of the request it read last). So <see cref="Frame.Id"/> is the inner one, a request gets our id
/// in both places, and the answer gets back what the client wrote in each: the header's id is kept here, with the flags for our
/// own answers.
/// </summary>
internal readonly record struct ThriftMemo(long Value)
{
    private const long Present = 1L << 48;

    public ThriftMemo(in ThriftHeader header)
        : this(Present | ((long)header.Flags << 32) | (uint)header.Id)
    {
    }

    public ushort Flags => (ushort)(Value >> 32);

    /// <summary>The id for the header of a message that gets <paramref name="id"/>.</summary>
    public static int HeaderId(in Frame frame, ulong id) =>
        frame.Kind == MessageKind.Response ? new ThriftMemo(frame.Memo).HeaderId(id) : (int)id;

    /// <summary>The id for the header of an answer to the request that this is about.</summary>
    public int HeaderId(ulong id) => (Value & Present) != 0 ? (int)Value : (int)id;
}
