namespace Meltemi.Transport;

/// <summary>A bound on open connections that listeners of several loops share. Thread-safe; touched once per connection.</summary>
public sealed class ConnectionLimit(int maximum)
{
    private int _open;

    /// <summary>Most connections; 0: no limit, only counting.</summary>
    public int Maximum { get; } = maximum;

    /// <summary>Connections open now.</summary>
    public int Open => Volatile.Read(ref _open);

    internal bool TryAcquire()
    {
        if (Interlocked.Increment(ref _open) <= Maximum || Maximum == 0)
            return true;
        Release();
        return false;
    }

    internal void Release() => Interlocked.Decrement(ref _open);
}
