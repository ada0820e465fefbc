using Meltemi.Codec;

namespace Meltemi.Protocols.Thrift;

/// <summary>
/// Note about a request with THeader. Its sequence id stands twice, in the header and in the message, and libraries differ: Apache's write
/// the same number in both, but node's clients leave the header's at 0 and fbthrift's the inner one; node's and fbthrift's servers
/// echo each, the others the inner one in both. So a request gets our id in both places, and the answer gets back what the client
/// wrote in each: the header's id is <see cref="Frame.Id"/>, the inner one is kept here, with the flags for our own answers.
/// </summary>
internal readonly record struct ThriftMemo(long Value)
{
    private const long Present = 1L << 48;

    public ThriftMemo(int innerId, ushort flags)
        : this(Present | ((long)flags << 32) | (uint)innerId)
    {
    }

    public ushort Flags => (ushort)(Value >> 32);

    /// <summary>The id for the message itself, when <paramref name="id"/> goes into the header.</summary>
    public static int InnerId(in Frame frame, ulong id) =>
        frame.Kind == MessageKind.Response && (frame.Memo & Present) != 0 ? (int)frame.Memo : (int)(uint)id;

    /// <summary>The same for an answer of our own.</summary>
    public static int InnerId(in RequestInfo request) => (request.Memo & Present) != 0 ? (int)request.Memo : (int)(uint)request.Id;
}
