namespace Meltemi.ControlPlane.Stores;

/// <summary>Why a write did not happen.</summary>
public enum StoreError
{
    /// <summary>There is no such resource.</summary>
    NotFound,

    /// <summary>One is there already.</summary>
    AlreadyExists,

    /// <summary>It was changed by somebody else in between.</summary>
    Conflict,

    /// <summary>The store cannot be written at the moment.</summary>
    ReadOnly,

    /// <summary>The resource is too large.</summary>
    TooLarge,

    /// <summary>Disk, network, permissions.</summary>
    Failed,
}

/// <summary>A write did not happen; the message says why and what to do.</summary>
public sealed class StoreException(StoreError error, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The cause.</summary>
    public StoreError Error { get; } = error;
}

/// <summary>Changes since that revision are no longer remembered: list again.</summary>
public sealed class RevisionGoneException(long revision, long oldest)
    : Exception($"revision {revision} is gone; the oldest that can be watched from is {oldest}")
{
    /// <summary>The oldest that can be watched from.</summary>
    public long Oldest { get; } = oldest;
}
