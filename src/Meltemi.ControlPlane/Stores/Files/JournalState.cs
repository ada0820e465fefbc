using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>What the journal remembers of the store's earlier life. Asked while the directory is read for the first time, then forgotten.</summary>
internal sealed class JournalState
{
    private readonly Dictionary<ResourceKey, JournalRecord> _records = [];
    private ILookup<string, JournalRecord>? _bySource;

    /// <summary>The last version; 0 if nothing is remembered.</summary>
    public long Revision { get; private set; }

    /// <summary>All resources.</summary>
    public IReadOnlyDictionary<ResourceKey, JournalRecord> Records => _records;

    /// <summary>Which file a resource was in; null: not remembered.</summary>
    public string? Source(ResourceKey key) => _records.GetValueOrDefault(key)?.Source;

    /// <summary>All files.</summary>
    public IEnumerable<string> Sources => _records.Values.Select(record => record.Source).Distinct(StringComparer.Ordinal);

    /// <summary>What a file held.</summary>
    public ImmutableArray<SourceDocument> Held(string path)
    {
        _bySource ??= _records.Values.ToLookup(record => record.Source, StringComparer.Ordinal);
        return
        [
            .. _bySource[path].Select(record => ResourceText.FromJson(record.Json).Resource).OfType<Resource>()
                .Select(resource => new SourceDocument(resource, default, 0, 1, 0)),
        ];
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _records.Clear();
        _bySource = null;
    }

    /// <summary>Takes in a line; a line that cannot be understood is passed over.</summary>
    public void Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // Torn by a crash, or of another program's version.
        }
    }

    private void Read(JsonElement line)
    {
        var version = line.GetProperty("version").GetInt64();
        Revision = Math.Max(Revision, version);
        if (!line.TryGetProperty("kind", out var name) || ResourceKinds.Find(Text(line, "group"), name.GetString()!) is not { } kind) return;
        var key = new ResourceKey(kind, Text(line, "namespace"), Text(line, "name"));
        if (line.TryGetProperty("deleted", out _))
        {
            _records.Remove(key);
            return;
        }

        var json = line.TryGetProperty("object", out var content) ? Encoding.UTF8.GetBytes(content.GetRawText()) : _records[key].Json;
        var status = line.TryGetProperty("status", out var said) ? ResourceText.StatusFromJson(Encoding.UTF8.GetBytes(said.GetRawText())) : null;
        var meta = new ResourceMeta
        {
            Uid = Text(line, "uid"),
            ResourceVersion = WriteRules.Version(version),
            Generation = line.GetProperty("generation").GetInt64(),
            CreationTimestamp = line.GetProperty("created").GetDateTimeOffset(),
        };
        _records[key] = new(meta, Text(line, "source"), json, status);
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}

/// <summary>What is remembered of a resource.</summary>
/// <param name="Meta">What the store said about it.</param>
/// <param name="Source">The file it was in.</param>
/// <param name="Json">The object as it was.</param>
/// <param name="Status">Its status.</param>
internal sealed record JournalRecord(ResourceMeta Meta, string Source, ReadOnlyMemory<byte> Json, ResourceStatus? Status);
