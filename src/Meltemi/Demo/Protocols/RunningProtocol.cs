namespace Meltemi.Program.Demo.Protocols;

/// <summary>A protocol with a server of each version.</summary>
internal sealed class RunningProtocol(DemoProtocol protocol) : IAsyncDisposable
{
    public DemoProtocol Protocol { get; } = protocol;

    public DemoServer V1 { get; } = protocol.Serve("v1");

    public DemoServer V2 { get; } = protocol.Serve("v2");

    public async ValueTask DisposeAsync()
    {
        await V1.Server.DisposeAsync().ConfigureAwait(false);
        await V2.Server.DisposeAsync().ConfigureAwait(false);
    }
}
