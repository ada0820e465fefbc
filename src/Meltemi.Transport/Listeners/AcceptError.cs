namespace Meltemi.Transport;

/// <summary>What an error of accept(2) means for the listener.</summary>
public enum AcceptError : byte
{
    /// <summary>This connection failed before it was accepted; go on with the next.</summary>
    Transient,

    /// <summary>Out of descriptors or memory: the listener pauses, and tries again by itself.</summary>
    OutOfResources,

    /// <summary>The listening socket is unusable: the listener has stopped.</summary>
    Fatal,
}

internal static class AcceptErrors
{
    /// <summary>
    /// The kernel passes on network errors of the new connection here (accept(2), "Error handling"), so what is not known to be
    /// about the listener or about shortage is taken as transient.
    /// </summary>
    public static AcceptError Classify(int errno) => errno switch
    {
        Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM => AcceptError.OutOfResources,
        Errno.EBADF or Errno.EINVAL or Errno.ENOTSOCK or Errno.EOPNOTSUPP or Errno.EFAULT => AcceptError.Fatal,
        _ => AcceptError.Transient,
    };
}
