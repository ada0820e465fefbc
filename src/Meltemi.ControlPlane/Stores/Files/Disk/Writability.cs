using System.Runtime.InteropServices;

namespace Meltemi.ControlPlane.Stores.Files.Disk;

/// <summary>Whether a directory can be written, and what went wrong when it could not.</summary>
internal static class Writability
{
    // Less is too little for any write: the temporary file and the journal's next line.
    private const long LeastFreeBytes = 16 * 1024;

    /// <summary>Why nothing can be written there now, as a sentence; null: it can.</summary>
    public static string? Problem(string directory)
    {
        if (Posix.Access(directory, Posix.WriteOk | Posix.ExecuteOk) != 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                Posix.Erofs => $"the file system of {directory} is mounted read-only",
                Posix.Enoent => $"the directory {directory} is gone",
                Posix.Eacces => $"the directory {directory} may not be written by user {Environment.UserName}: change its permissions",
                var errno => $"the directory {directory} cannot be written: {Posix.ErrorText(errno)}",
            };
        }

        try
        {
            return new DriveInfo(directory).AvailableFreeSpace < LeastFreeBytes ? DiskFull(directory) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A failed write as what a user is told.</summary>
    public static StoreException Explain(Exception failure, string path, string directory)
    {
        // .NET's exceptions for system calls carry the errno; those for permissions have another type.
        return failure.HResult switch
        {
            Posix.Enospc or Posix.Edquot => new(StoreError.Failed, $"{path} was not written: {DiskFull(directory)}", failure),
            Posix.Erofs => new(StoreError.ReadOnly, $"{path} was not written: the file system is mounted read-only", failure),
            _ when failure is UnauthorizedAccessException =>
                new(StoreError.ReadOnly, $"{path} was not written: {Problem(directory) ?? "its permissions do not allow it"}", failure),
            _ => new(StoreError.Failed, $"{path} was not written: {failure.Message}", failure),
        };
    }

    /// <summary>Why further writes will fail too; null: that one write had a reason of its own.</summary>
    public static string? Lasting(StoreException failure, string directory) =>
        failure.InnerException?.HResult is Posix.Enospc or Posix.Edquot ? DiskFull(directory) : Problem(directory);

    private static string DiskFull(string directory) => $"the disk of {directory} is full: free some space";
}
