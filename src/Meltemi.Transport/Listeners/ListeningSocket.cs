using System.Net;
using System.Net.Sockets;

namespace Meltemi.Transport;

/// <summary>
/// A bound socket, made before the loops know of it, so that a failure to bind is an exception where the listener is asked for. Unix
/// domain sockets have no SO_REUSEPORT: one is shared by the listeners of all loops and closed by the last.
/// </summary>
internal sealed class ListeningSocket
{
    private readonly Kernel _kernel;
    private int _owners = 1;

    private ListeningSocket(Kernel kernel, int socket, EndPoint bound)
    {
        _kernel = kernel;
        Socket = socket;
        Bound = bound;
    }

    public int Socket { get; }

    public EndPoint Bound { get; }

    /// <summary>More than one listener accepts from it.</summary>
    public bool IsShared => Volatile.Read(ref _owners) > 1;

    /// <exception cref="SocketException">With the system's error and the address in its message.</exception>
    public static ListeningSocket Open(Kernel kernel, EndPoint address, ListenerOptions options)
    {
        int socket = kernel.Listen(address, options, out EndPoint bound);
        if (socket >= 0)
            return new ListeningSocket(kernel, socket, bound);
        string message = System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(-socket);
        throw new SocketException((int)SocketErrors.Of(-socket), $"Cannot listen on {address}: {message}.");
    }

    public ListeningSocket Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
            _kernel.CloseListener(Socket, Bound);
    }
}

internal static class SocketErrors
{
    public static SocketError Of(int errno) => errno switch
    {
        Errno.EADDRINUSE => SocketError.AddressAlreadyInUse,
        Errno.EADDRNOTAVAIL => SocketError.AddressNotAvailable,
        Errno.EACCES or Errno.EPERM => SocketError.AccessDenied,
        Errno.EAFNOSUPPORT => SocketError.AddressFamilyNotSupported,
        Errno.EMFILE or Errno.ENFILE => SocketError.TooManyOpenSockets,
        Errno.EINVAL => SocketError.InvalidArgument,
        _ => SocketError.SocketError,
    };
}
