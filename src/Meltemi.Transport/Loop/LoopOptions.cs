namespace Meltemi.Transport;

/// <summary>Settings of an event loop.</summary>
public sealed record LoopOptions
{
    /// <summary>All defaults.</summary>
    public static LoopOptions Default { get; } = new();

    /// <summary>Size of the buffer that all connections of the loop read into. Default 256 KiB.</summary>
    public int ScratchBytes { get; init; } = 256 * 1024;

    /// <summary>What one connection may read before the others have their turn; it may be exceeded by one read. Default 1 MiB.</summary>
    public int MaxReadBytesPerTurn { get; init; } = 1024 * 1024;

    /// <summary>Events taken per turn. Default 512.</summary>
    public int MaxEventsPerTurn { get; init; } = 512;

    /// <summary>
    /// Hears exceptions that escaped a callback, with the connection, timer or posted state that it concerns. The loop goes on.
    /// Default: the standard error stream.
    /// </summary>
    public Action<Exception, object?> OnUnhandled { get; init; } =
        static (exception, about) => Console.Error.WriteLine($"unhandled in event loop ({about?.GetType().Name}): {exception}");
}
