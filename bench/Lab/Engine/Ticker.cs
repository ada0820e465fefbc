namespace Meltemi.Bench.Lab.Engine;

/// <summary>Calls back at a fixed period. A late turn gets one call for all periods that passed.</summary>
internal sealed class Ticker : Source, IDisposable
{
    private readonly Action _tick;

    public Ticker(Reactor reactor, long periodNanoseconds, Action tick)
    {
        _tick = tick;
        Descriptor = Libc.PeriodicTimer(periodNanoseconds);
        reactor.Add(this, Libc.In);
    }

    public override unsafe void OnEvents(uint events)
    {
        // The kernel arms the next period only when the count of the passed ones is read.
        ulong passed;
        if (Libc.Read(Descriptor, &passed, sizeof(ulong)) > 0)
            _tick();
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
