using System.Runtime.InteropServices;

namespace Meltemi.Bench.Lab.Engine;

/// <summary>
/// One thread, one epoll instance, edge-triggered. It is made to cost as little as possible, because the load generator and the
/// upstream server share the machine with the proxy that is measured.
/// </summary>
internal sealed unsafe class Reactor : IDisposable
{
    /// <summary>Size of <see cref="Scratch"/>: what a socket hands over in one go when nothing is left over from before.</summary>
    public const int ScratchSize = 128 * 1024;

    private const int MaxEvents = 256;

    private readonly int _epoll = Libc.EpollCreate();
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(MaxEvents * Libc.EventSize));
    private readonly Stack<int> _free = new();
    private Source?[] _sources = new Source?[64];
    private int _used;

    /// <summary>A receive buffer that all connections share while they hold no half a frame, so that it stays in the cache.</summary>
    public byte* Scratch { get; } = (byte*)NativeMemory.Alloc(ScratchSize);

    /// <summary>Starts to watch <paramref name="source"/>.</summary>
    public void Add(Source source, uint events)
    {
        var index = _free.Count > 0 ? _free.Pop() : _used++;
        if (index == _sources.Length)
            Array.Resize(ref _sources, index * 2);
        source.Index = index;
        _sources[index] = source;
        Libc.EpollControl(_epoll, Libc.Add, source.Descriptor, events, index);
    }

    /// <summary>Stops watching; call before the descriptor is closed.</summary>
    public void Remove(Source source)
    {
        Libc.EpollControl(_epoll, Libc.Delete, source.Descriptor, 0, 0);
        _sources[source.Index] = null;
        _free.Push(source.Index);
    }

    /// <summary>Waits for events, at most so long (-1: for ever), and hands them out.</summary>
    public void Turn(int timeoutMilliseconds)
    {
        var count = Libc.EpollWait(_epoll, _events, MaxEvents, timeoutMilliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
            throw new IOException($"epoll_wait: {Marshal.GetLastPInvokeErrorMessage()}");
        var record = _events;
        for (var i = 0; i < count; i++, record += Libc.EventSize)
            _sources[(int)*(long*)(record + Libc.EventDataOffset)]?.OnEvents(*(uint*)record);
    }

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        NativeMemory.Free(_events);
        NativeMemory.Free(Scratch);
    }
}
