using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Meltemi.ControlPlane.Services.Addresses;

/// <summary>
/// Keeps addresses in a file, one a line: <c>ADDRESS HOST [RELEASED]</c>. Written to a file beside it and renamed, so that it is never half. A line that
/// cannot be read is skipped: the host then gets its address by its hash, as at first.
/// </summary>
public sealed class AddressFile(string path) : IAddressLedger
{
    private const string Header = "# virtual addresses of services, version 1: ADDRESS HOST [RELEASED]";

    /// <inheritdoc/>
    public ImmutableArray<AddressLease> Load()
    {
        if (!File.Exists(path)) return [];
        var leases = ImmutableArray.CreateBuilder<AddressLease>();
        try
        {
            foreach (var line in File.ReadLines(path))
                if (Read(line) is { } lease)
                    leases.Add(lease);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }

        return leases.ToImmutable();
    }

    /// <inheritdoc/>
    public void Save(ImmutableArray<AddressLease> leases)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var (host, address, released) in leases)
        {
            text.Append(address).Append(' ').Append(host);
            if (released is { } since) text.Append(' ').Append(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            text.Append('\n');
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var beside = path + ".new";
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes(text.ToString()));
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    private static AddressLease? Read(string line)
    {
        if (line.StartsWith('#')) return null;
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (2 or 3)) return null;
        if (parts.Length == 2) return new(parts[1], parts[0], null);
        return DateTimeOffset.TryParse(parts[2], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var released)
            ? new(parts[1], parts[0], released)
            : null;
    }
}
