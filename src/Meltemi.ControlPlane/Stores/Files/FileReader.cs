using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Meltemi.ControlPlane.Stores.Files.Disk;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>Reads files. Whatever is wrong with one ends up in its problems, and what it held before stays in force.</summary>
internal sealed class FileReader(FileStoreOptions options, JournalState remembered)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileParser _parser = new(options.Limits, remembered);

    /// <summary>Reads a file.</summary>
    /// <param name="fullPath">Where it is.</param>
    /// <param name="path">Its name.</param>
    /// <param name="found">What the file system said about it.</param>
    /// <param name="before">What it was; null: it is new.</param>
    /// <param name="look">Number of the look.</param>
    public SourceFile Read(string fullPath, string path, FileStat found, SourceFile? before, long look)
    {
        try
        {
            if (found.Stamp.Size > options.MaxFileBytes)
                return Broken(found, $"the file has {found.Stamp.Size} bytes, and at most {options.MaxFileBytes} are read: split it into several");
            var bytes = ReadAll(fullPath);
            var hash = Hash(bytes);
            var file = before is { Missing: null } && before.Hash == hash ? before : Parse(bytes, hash);

            // The kernel's clock made the stamp, so it is compared with the kernel's clock.
            return file with { Stamp = found.Stamp.IsSettled(DateTimeOffset.UtcNow) ? found.Stamp : null };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Broken(null, $"the file cannot be read: {e.Message}");
        }
        catch (DecoderFallbackException e)
        {
            return Broken(found, $"the file is not UTF-8: byte {e.Index} begins no character");
        }

        SourceFile Parse(byte[] bytes, UInt128 hash)
        {
            var text = StrictUtf8.GetString(bytes);
            var parsed = _parser.Parse(path, text, before?.Documents ?? [], look);
            if (before is null && !parsed.Problems.IsEmpty && remembered.Held(path) is { IsEmpty: false } held)
                parsed = _parser.Parse(path, text, held, look);
            return new(path) { Hash = hash, Documents = parsed.Documents, Problems = parsed.Problems };
        }

        SourceFile Broken(FileStat? stat, string problem) => new(path)
        {
            Stamp = stat?.Stamp,
            Documents = [.. (before?.Documents ?? remembered.Held(path)).Select(document => document with { Kept = true })],
            Problems = [problem],
        };
    }

    /// <summary>The text of a file as it is now, for changing it.</summary>
    public static string ReadText(string fullPath) => StrictUtf8.GetString(ReadAll(fullPath));

    /// <summary>The bytes of a text, for writing it.</summary>
    public static byte[] Bytes(string text) => StrictUtf8.GetBytes(text);

    /// <summary>Tells contents apart.</summary>
    public static UInt128 Hash(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(bytes));

    private static byte[] ReadAll(string fullPath) => File.ReadAllBytes(fullPath);
}
