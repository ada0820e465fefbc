using System.Net.Sockets;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Load;

/// <summary>
/// A connection of the generator. Every request has a slot while it is in flight; the slot's number is in the low bits of its
/// id, above them a count that makes ids unique, above that the connection and the run.
/// </summary>
internal sealed class LoadPeer<TProtocol> : Peer
    where TProtocol : struct, IWireProtocol
{
    private readonly Session _session;
    private readonly RequestTemplate _template;
    private readonly bool _closedLoop;
    private readonly long _idBase;
    private readonly int _slotMask;
    private readonly int _slotBits;
    private readonly long[] _ids;
    private readonly long[] _due;
    private readonly int[] _free;
    private int _freeCount;
    private int _sequence;

    /// <param name="reactor">Where it lives.</param>
    /// <param name="socket">Connected.</param>
    /// <param name="session">Shared with the other connections.</param>
    /// <param name="template">The request.</param>
    /// <param name="slots">Most requests in flight.</param>
    /// <param name="closedLoop">Each answer is followed by the next request.</param>
    /// <param name="idBase">Upper half of the ids.</param>
    public LoadPeer(
        Reactor reactor, Socket socket, Session session, RequestTemplate template, int slots, bool closedLoop, long idBase)
        : base(reactor, socket)
    {
        _session = session;
        _template = template;
        _closedLoop = closedLoop;
        _idBase = idBase;
        while (1 << _slotBits < slots)
            _slotBits++;
        _slotMask = (1 << _slotBits) - 1;
        _ids = new long[1 << _slotBits];
        _due = new long[1 << _slotBits];
        _free = new int[slots];
        for (_freeCount = 0; _freeCount < slots; _freeCount++)
            _free[_freeCount] = slots - 1 - _freeCount;
    }

    /// <summary>Appends a request that was due then; <see cref="Peer.Flush"/> sends it. False: all slots are in use.</summary>
    public bool TrySend(long due)
    {
        if (_freeCount == 0)
            return false;
        var slot = _free[--_freeCount];
        _sequence = (_sequence + 1) & (int.MaxValue >> _slotBits);
        var id = _idBase | (long)((_sequence << _slotBits) | slot);
        _ids[slot] = id;
        _due[slot] = due;
        var frame = Reserve(_template.Frame.Length);
        _template.CopyTo(frame, UniqueOf(id));
        TProtocol.WriteId(frame, id);
        Commit(frame.Length);
        _session.InFlight++;
        return true;
    }

    protected override int OnData(ReadOnlySpan<byte> data, out int missing)
    {
        var now = Clock.Now;
        var taken = 0;
        missing = TProtocol.HeaderSize;
        while (data.Length - taken >= TProtocol.HeaderSize)
        {
            var length = TProtocol.FrameLength(data[taken..]);
            if (length < 0)
            {
                _session.Fail("an answer is not a frame of the protocol");
                return data.Length;
            }
            missing = length - (data.Length - taken);
            if (missing > 0)
                break;
            if (!Accept(data.Slice(taken, length), now))
                return data.Length;
            taken += length;
            missing = TProtocol.HeaderSize;
        }
        return taken;
    }

    protected override void OnLost(string reason) => _session.Fail("a connection was lost: " + reason);

    private bool Accept(ReadOnlySpan<byte> frame, long now)
    {
        if (!TProtocol.TryReadAnswer(frame, out var checksum, out var echo))
        {
            _session.Fail("not a good answer: " + TProtocol.Explain(frame));
            return false;
        }
        var wireId = TProtocol.ReadId(frame);
        var slot = (int)wireId & _slotMask;
        var id = _ids[slot];
        if (_due[slot] == 0 || ((wireId ^ id) & TProtocol.IdMask) != 0)
        {
            _session.Fail("an answer's id belongs to no request in flight");
            return false;
        }
        if (!_template.Fits(UniqueOf(id), checksum, echo))
        {
            _session.Fail("an answer's payload belongs to another request, or was changed");
            return false;
        }
        _session.Answered(_due[slot], now);
        _due[slot] = 0;
        _free[_freeCount++] = slot;
        if (_closedLoop && !_session.Ending)
            TrySend(now);
        return true;
    }

    // Ids that differ in one bit get letters that differ in about half: the finalizer of a well-known generator (splitmix64).
    private static ulong UniqueOf(long id)
    {
        var x = (ulong)id;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
