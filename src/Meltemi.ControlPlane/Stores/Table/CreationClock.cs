namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>
/// Times of creation that never go backwards, whatever the clock does. The older of two resources that claim the same wins: a clock that jumped
/// back must not let a new one take the place of the old ones. Safe from any thread.
/// </summary>
internal sealed class CreationClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _newest = DateTimeOffset.MinValue;

    /// <summary>A time of creation that was given already.</summary>
    public void Saw(DateTimeOffset created)
    {
        lock (_gate) _newest = created > _newest ? created : _newest;
    }

    /// <summary>The time for what is created now, in whole seconds: that is what is written down everywhere.</summary>
    public DateTimeOffset Next()
    {
        Saw(DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()));
        lock (_gate) return _newest;
    }
}
