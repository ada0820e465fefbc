using System.Net;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport.Memory;

/// <summary>One loop on a memory kernel.</summary>
internal sealed class MemoryLoop : IDisposable
{
    public static readonly IPEndPoint Front = new(IPAddress.Loopback, 80);

    public MemoryLoop(LoopOptions? options = null) =>
        Loop = new EventLoop(Kernel, (options ?? new LoopOptions()) with { OnUnhandled = (e, _) => Unhandled.Add(e) });

    public MemoryKernel Kernel { get; } = new();

    public EventLoop Loop { get; }

    public List<Exception> Unhandled { get; } = [];

    /// <summary>A client whose connection was accepted by the loop and is served by the handler.</summary>
    public (MemoryPeer Client, Recorder Handler, Connection Connection) Accepted(Recorder? handler = null, ListenerOptions? options = null)
    {
        var acceptor = new Acceptor(() => handler ?? new Recorder());
        Listener listener = Loop.Listen(Front, options ?? new ListenerOptions(), acceptor);
        MemoryPeer client = Kernel.Dial(Front);
        Kernel.RunUntilIdle();
        listener.Close();
        return (client, acceptor.Handlers[0], acceptor.Handlers[0].Connection!);
    }

    /// <summary>A connection of the loop to a server played by the test.</summary>
    public (MemoryPeer Server, Recorder Handler, Connection Connection) Connected(Recorder? handler = null)
    {
        MemoryServer server = Kernel.Serve();
        handler ??= new Recorder();
        Connection connection = Loop.Connect(server.Address, ConnectionOptions.Default, handler);
        Kernel.RunUntilIdle();
        server.Close();
        return (server.Accept(), handler, connection);
    }

    /// <summary>Everything must have been given back by now, without waiting.</summary>
    public void AssertEmpty()
    {
        LoopGauges gauges = Loop.Gauges;
        Assert.Equal((0, 0), (gauges.OpenConnections, gauges.OpenListeners));
        Assert.Equal((0, 0L, 0), (gauges.RentedBuffers, gauges.RentedBytes, gauges.ScheduledTimers));
        Assert.Equal(0, Kernel.OpenSockets);
        Assert.Empty(Unhandled);
    }

    public void Dispose() => Loop.Dispose();
}
