using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

/// <summary>A handler that writes down what happens; tests bend it by the properties.</summary>
internal sealed class Recorder : IConnectionHandler
{
    private readonly MemoryStream _received = new();

    public Connection? Connection { get; private set; }

    public List<string> Events { get; } = [];

    public byte[] Received => _received.ToArray();

    public long ReceivedBytes => _received.Length;

    public int DataCalls { get; private set; }

    public CloseReason? Closed { get; private set; }

    /// <summary>What to do with bytes; answers how many are consumed. Default: all.</summary>
    public Func<Connection, byte[], int>? OnBytes { get; set; }

    public Action<Connection>? OnEnd { get; set; }

    public Action<Connection>? OnOpen { get; set; }

    public Action<Connection>? OnLow { get; set; }

    public Action<Connection, CloseReason>? OnGone { get; set; }

    public void OnConnected(Connection connection)
    {
        Connection = connection;
        Events.Add("connected");
        OnOpen?.Invoke(connection);
    }

    public int OnData(Connection connection, Span<byte> data)
    {
        DataCalls++;
        int consumed = OnBytes?.Invoke(connection, data.ToArray()) ?? data.Length;
        _received.Write(data[..consumed]);
        return consumed;
    }

    public void OnPeerClosed(Connection connection)
    {
        Events.Add("peer closed");
        OnEnd?.Invoke(connection);
    }

    public void OnClosed(Connection connection, CloseReason reason)
    {
        Assert.Null(Closed);
        Closed = reason;
        Events.Add($"closed {reason}");
        OnGone?.Invoke(connection, reason);
    }

    public void OnHighWatermark(Connection connection) => Events.Add("high");

    public void OnLowWatermark(Connection connection)
    {
        Events.Add("low");
        OnLow?.Invoke(connection);
    }

    public Recorder Accept(Connection connection)
    {
        Connection = connection;
        Events.Add("accepted");
        return this;
    }
}

/// <summary>An acceptor made of a function; keeps the handlers.</summary>
internal sealed class Acceptor(Func<Recorder>? make = null) : IConnectionAcceptor
{
    public List<Recorder> Handlers { get; } = [];

    public IConnectionHandler OnAccepted(Connection connection)
    {
        Recorder recorder = (make?.Invoke() ?? new Recorder()).Accept(connection);
        Handlers.Add(recorder);
        return recorder;
    }

    public static Recorder Echo() => new()
    {
        OnBytes = (connection, bytes) =>
        {
            connection.Write(bytes);
            return bytes.Length;
        },
        OnEnd = connection => connection.Close(),
    };
}
