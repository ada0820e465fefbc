namespace Meltemi.Transport;

/// <summary>Settings of a listener.</summary>
public sealed record ListenerOptions
{
    /// <summary>Length of the queue of connections not yet accepted; the kernel caps it by net.core.somaxconn. Default 4096.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>Let sockets of other loops and of a successor process share the port (SO_REUSEPORT). Default true.</summary>
    public bool ReusePort { get; init; } = true;

    /// <summary>An IPv6 listener takes IPv4 connections too; their addresses read as IPv4. Default false.</summary>
    public bool DualStack { get; init; }

    /// <summary>Permissions of a Unix domain socket's file; null: by the process's umask. Default null.</summary>
    public UnixFileMode? SocketFileMode { get; init; }

    /// <summary>Most open connections, counted over all listeners and loops that share the object; null: no limit.</summary>
    public ConnectionLimit? Limit { get; init; }

    /// <summary>
    /// Expect a PROXY protocol header (version 1 or 2) before anything else; its addresses replace the connection's own. Default false.
    /// </summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>How long a peer may take for the PROXY protocol header. Default 5 s.</summary>
    public TimeSpan ProxyProtocolTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Settings of the accepted connections.</summary>
    public ConnectionOptions Connections { get; init; } = ConnectionOptions.Default;

    /// <summary>
    /// Hears accept errors on the loop's thread: every fatal one, and the first of each shortage of descriptors or memory. Default null.
    /// </summary>
    public Action<Listener, AcceptError, int>? OnAcceptError { get; init; }
}
