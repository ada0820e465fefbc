namespace Meltemi.Transport;

/// <summary>setsockopt(2) by name. Answers are 0 or a negated error.</summary>
internal static unsafe class SocketOptions
{
    private const int LevelIp = 0;
    private const int LevelSocket = 1;
    private const int LevelTcp = 6;
    private const int LevelIpv6 = 41;

    public static int ReuseAddress(int socket) => Set(socket, LevelSocket, 2, 1);

    public static int ReusePort(int socket) => Set(socket, LevelSocket, 15, 1);

    public static int Ipv6Only(int socket, bool on) => Set(socket, LevelIpv6, 26, on ? 1 : 0);

    public static int BindWithoutPort(int socket) => Set(socket, LevelIp, 24, 1); // IP_BIND_ADDRESS_NO_PORT: the port is chosen by connect

    public static int ResetOnClose(int socket)
    {
        ulong onWithoutTime = 1; // struct linger { int onoff = 1; int linger = 0; }
        return Libc.SetOption(socket, LevelSocket, 13, &onWithoutTime, sizeof(ulong));
    }

    public static int TakeError(int socket)
    {
        int error = 0;
        uint length = sizeof(int);
        _ = Libc.GetOption(socket, LevelSocket, 4, &error, &length);
        return error;
    }

    /// <summary>What every connection has; on a listening socket the accepted ones inherit it.</summary>
    public static void Apply(int socket, ConnectionOptions options, bool isTcp)
    {
        // Best effort: a connection without keep-alive is better than none.
        if (options.SendBufferBytes > 0)
            _ = Set(socket, LevelSocket, 7, options.SendBufferBytes);
        if (options.ReceiveBufferBytes > 0)
            _ = Set(socket, LevelSocket, 8, options.ReceiveBufferBytes);
        if (!isTcp)
            return;
        if (options.NoDelay)
            _ = Set(socket, LevelTcp, 1, 1);
        if (options.KeepAlive is not { } keepAlive)
            return;
        _ = Set(socket, LevelSocket, 9, 1);
        if (keepAlive.IdleSeconds > 0)
            _ = Set(socket, LevelTcp, 4, keepAlive.IdleSeconds);
        if (keepAlive.IntervalSeconds > 0)
            _ = Set(socket, LevelTcp, 5, keepAlive.IntervalSeconds);
        if (keepAlive.Probes > 0)
            _ = Set(socket, LevelTcp, 6, keepAlive.Probes);
    }

    /// <summary>SO_ORIGINAL_DST of the firewall's connection tracking; length 0 if it has none.</summary>
    public static int OriginalDestination(int socket, bool ipv6, byte* address, uint capacity)
    {
        const int OriginalDst = 80;
        uint length = capacity;
        return Libc.GetOption(socket, ipv6 ? LevelIpv6 : LevelIp, OriginalDst, address, &length) == 0 ? (int)length : 0;
    }

    private static int Set(int socket, int level, int name, int value) =>
        Libc.SetOption(socket, level, name, &value, sizeof(int)) == 0 ? 0 : -System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
}
