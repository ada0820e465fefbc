namespace Meltemi.Transport;

/// <summary>Why a connection ended.</summary>
public enum CloseReason : byte
{
    /// <summary>This side wanted it.</summary>
    Local,

    /// <summary>The peer ended its direction and this side its own: an orderly end.</summary>
    PeerClosed,

    /// <summary>The peer reset the connection, or the network did.</summary>
    PeerReset,

    /// <summary>Nobody listens at the address.</summary>
    ConnectRefused,

    /// <summary>No answer within <see cref="ConnectionOptions.ConnectTimeout"/>, or the kernel gave up earlier.</summary>
    ConnectTimeout,

    /// <summary>No route to the host or network.</summary>
    Unreachable,

    /// <summary>Connecting failed otherwise: see <see cref="Connection.Error"/>.</summary>
    ConnectFailed,

    /// <summary>Sending failed: the peer no longer takes anything.</summary>
    SendFailed,

    /// <summary>What the handler left unconsumed, or needs, is more than <see cref="ConnectionOptions.MaxUnconsumedBytes"/>.</summary>
    TooMuchUnconsumed,

    /// <summary>The PROXY protocol header was malformed, too long or late.</summary>
    BadProxyHeader,

    /// <summary><see cref="Connection.Close"/> did not get everything out within <see cref="ConnectionOptions.CloseTimeout"/>.</summary>
    CloseTimeout,

    /// <summary>The handler threw; <see cref="LoopOptions.OnUnhandled"/> has the exception.</summary>
    HandlerFailed,

    /// <summary>Idle or drained: for the user of the transport, which never gives it by itself.</summary>
    Drained,

    /// <summary>The loop was disposed.</summary>
    LoopStopped,
}
