namespace Meltemi.Transport;

/// <summary>
/// What happens on a connection. All calls come from its loop's thread and never from inside a call to the connection. A handler
/// that throws gets its connection aborted.
/// </summary>
public interface IConnectionHandler
{
    /// <summary>The connection is established; outgoing ones only.</summary>
    void OnConnected(Connection connection);

    /// <summary>Bytes arrived.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="data">
    /// All unconsumed bytes, at least one; valid during the call and writable, so that ids can be patched in place.
    /// </param>
    /// <returns>
    /// How many bytes were consumed, from the start. The rest is kept and comes again with later ones; see <see cref="Connection.Need"/>.
    /// </returns>
    int OnData(Connection connection, Span<byte> data);

    /// <summary>
    /// The peer sends no more; sending is still possible. The connection stays open until the handler ends it (or until
    /// <see cref="Connection.ShutdownSend"/> has ended the other direction too). What was left unconsumed is counted by
    /// <see cref="Connection.UnconsumedBytes"/> and comes no more.
    /// </summary>
    void OnPeerClosed(Connection connection);

    /// <summary>The last call ever, exactly once. Also the answer to an attempt to connect that failed.</summary>
    void OnClosed(Connection connection, CloseReason reason);

    /// <summary><see cref="Connection.PendingBytes"/> stayed above <see cref="ConnectionOptions.HighWatermark"/> after sending.</summary>
    void OnHighWatermark(Connection connection);

    /// <summary>Pending bytes fell to <see cref="ConnectionOptions.LowWatermark"/> after having been above the high one.</summary>
    void OnLowWatermark(Connection connection);
}

/// <summary>Gives accepted connections their handlers.</summary>
public interface IConnectionAcceptor
{
    /// <summary>
    /// A connection was accepted (and its PROXY protocol header read, if the listener wants one). It may be written to at once.
    /// </summary>
    IConnectionHandler OnAccepted(Connection connection);
}
