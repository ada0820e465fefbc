using System.Net.Sockets;

namespace Meltemi.Transport;

/// <summary>The file that a Unix domain socket leaves in the file system.</summary>
internal static unsafe class UnixSocketFiles
{
    /// <summary>Path of the file; null for abstract names, which have none.</summary>
    public static string? PathOf(UnixDomainSocketEndPoint address)
    {
        string text = address.ToString();
        return text.Length == 0 || text[0] is '@' or '\0' ? null : text;
    }

    /// <summary>
    /// Removes the socket file of a process that is gone, so that binding succeeds. If somebody still accepts there, or the file is
    /// no socket, it stays and binding fails.
    /// </summary>
    public static void RemoveStale(string path)
    {
        if (Identify(path) == default)
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            Remove(path);
        }
        catch (SocketException)
        {
            // In use (a full queue answers EAGAIN) or forbidden: let bind(2) say so.
        }
    }

    /// <summary>Removes the file; one that is already gone, or cannot be removed, is the next start's stale one.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>
    /// Which socket file stands there: a successor may have put its own in place, and that one must survive our end.
    /// The default value: none, or no socket.
    /// </summary>
    public static Identity Identify(string path)
    {
        const int CurrentDirectory = -100;
        const uint BasicStats = 0x7FF;
        const int TypeMask = 0xF000;
        const int SocketType = 0xC000;
        byte* stat = stackalloc byte[256];
        if (Libc.StatX(CurrentDirectory, path, 0, BasicStats, stat) != 0)
            return default;
        // struct statx: mode at 28, inode at 32, device at 136.
        return (*(ushort*)(stat + 28) & TypeMask) == SocketType ? new(*(ulong*)(stat + 136), *(ulong*)(stat + 32)) : default;
    }

    /// <summary>Device and inode.</summary>
    public readonly record struct Identity(ulong Device, ulong Inode);
}
