using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Meltemi.Xds.State.V1;

namespace Meltemi.Proxy.Config.Dynamic.Saving;

/// <summary>
/// The file that holds what was last accepted: a header of 48 bytes, then a <see cref="SavedState"/>.
/// <code>
///   0  "MLTMSTAT"   8  version, 4 bytes   12  length of the rest, 4 bytes   16  its SHA-256
/// </code>
/// Numbers are little-endian. It is replaced as a whole, so a reader sees the old one or the new one; only its owner may read it.
/// </summary>
public static class StateFile
{
    /// <summary>Changes with every change that older programs would misread.</summary>
    public const uint Version = 1;

    /// <summary>Larger states are not saved.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    private const int HeaderBytes = 48;

    private static ReadOnlySpan<byte> Magic => "MLTMSTAT"u8;

    /// <summary>Writes beside the file, to the disk, and then puts it in place.</summary>
    /// <exception cref="IOException">It could not be written; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static void Save(string path, SavedState state)
    {
        var content = new byte[HeaderBytes + state.CalculateSize()];
        state.WriteTo(content.AsSpan(HeaderBytes));
        Magic.CopyTo(content);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(12), (uint)(content.Length - HeaderBytes));
        SHA256.HashData(content.AsSpan(HeaderBytes), content.AsSpan(16));

        var temporary = path + ".new";
        try
        {
            File.Delete(temporary); // another's, left by a crash, may have another mode
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="complaint">Why it cannot be used; null: it can, or there is none.</param>
    /// <returns>Null if there is none, or it cannot be used.</returns>
    public static SavedState? Load(string path, out string? complaint)
    {
        complaint = null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (file.Length is < HeaderBytes or > MaxBytes + HeaderBytes) return Refuse($"it has {file.Length} bytes", out complaint);
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return Parse(content, out complaint);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException)
        {
            return Refuse(e.Message, out complaint);
        }
    }

    private static SavedState? Parse(ReadOnlySpan<byte> content, out string? complaint)
    {
        complaint = null;
        if (!content[..8].SequenceEqual(Magic)) return Refuse("it is no state of a proxy", out complaint);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(content[8..]);
        if (version != Version) return Refuse($"it has the version {version}, and this program writes {Version}", out complaint);
        var body = content[HeaderBytes..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(content[12..]) != body.Length) return Refuse("it is cut", out complaint);
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(content[16..HeaderBytes])) return Refuse("its checksum is wrong", out complaint);
        return SavedState.Parser.ParseFrom(body);
    }

    private static SavedState? Refuse(string reason, out string? complaint)
    {
        complaint = reason;
        return null;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next attempt overwrites it.
        }
    }
}
