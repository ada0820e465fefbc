using System.Net;
using Meltemi.Tests.Transport.Linux;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

public sealed class AllocationTests
{
    private const int MessageBytes = 40_000; // more than one buffer, and through Need

    [Fact]
    public void Messages_back_and_forth_allocate_nothing()
    {
        using var linux = new LinuxLoop();
        var server = new PingPong();
        Listener listener = linux.Loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ListenerOptions(), server);
        var client = new PingPong();
        Connection connection = linux.Loop.Connect(listener.LocalEndPoint, ConnectionOptions.Default, client);
        connection.Write(new byte[MessageBytes]);
        linux.RunUntil(() => client.Rounds >= 200); // pools and lists have their size then
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (client.Rounds < 1200)
            linux.Loop.RunOnce(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Timers_allocate_nothing()
    {
        using var memory = new MemoryLoop();
        var timer = new Timers.TimerWheelTests.Probe();
        memory.Loop.Schedule(timer, 5);
        timer.Cancel();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            memory.Loop.Schedule(timer, 1 + i * 37);
            memory.Loop.Schedule(timer, 30_000);
            timer.Cancel();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Sends each message back, in two halves, with a timer around it.</summary>
    private sealed class PingPong : LoopTimer, IConnectionHandler, IConnectionAcceptor
    {
        public int Rounds { get; private set; }

        public IConnectionHandler OnAccepted(Connection connection) => new PingPong();

        public void OnConnected(Connection connection) { }

        public int OnData(Connection connection, Span<byte> data)
        {
            if (data.Length < MessageBytes)
            {
                connection.Need(MessageBytes);
                return 0;
            }
            Rounds++;
            connection.Loop.Schedule(this, 1000);
            data[..300].CopyTo(connection.GetSpan(300));
            connection.Advance(300);
            connection.Write(data[300..MessageBytes]);
            return MessageBytes;
        }

        public void OnPeerClosed(Connection connection) => connection.Close();

        public void OnClosed(Connection connection, CloseReason reason) => Cancel();

        public void OnHighWatermark(Connection connection) { }

        public void OnLowWatermark(Connection connection) { }

        protected internal override void OnExpired() { }
    }
}
