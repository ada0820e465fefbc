namespace Meltemi.ControlPlane.Tests.Stores;

/// <summary>A clock that stands until it is set; its timers are the system's.</summary>
internal sealed class ManualTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(20_000);

    public override DateTimeOffset GetUtcNow() => Now;
}
