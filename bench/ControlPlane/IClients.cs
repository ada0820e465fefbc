namespace Meltemi.Bench.ControlPlane;

/// <summary>The simulated proxies.</summary>
internal interface IClients : IAsyncDisposable
{
    /// <summary>All connect at the same time.</summary>
    Task ConnectAsync();

    /// <summary>All go away.</summary>
    Task DisconnectAsync();
}
