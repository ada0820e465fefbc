using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>
/// Which files there are and which resources they hold. A resource that several claim is that of the oldest claim, then of the first file name; a file
/// that is about to go stands behind the others, so that moving a resource to another file does not delete it in between. Not safe for several threads.
/// </summary>
internal sealed class FileCatalog
{
    private readonly Dictionary<string, SourceFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceKey, List<SourceClaim>> _claims = [];
    private readonly HashSet<ResourceKey> _contested = [];
    private HashSet<ResourceKey> _touched = [];

    /// <summary>All files.</summary>
    public IReadOnlyCollection<SourceFile> Files => _files.Values;

    /// <summary>A file; null: it is not known.</summary>
    public SourceFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Whose version of a resource is in force; null: nobody has it.</summary>
    public SourceClaim? Winner(ResourceKey key) => _claims.TryGetValue(key, out var claims) ? claims[0] : null;

    /// <summary>All who claim a resource, the winner first.</summary>
    public IReadOnlyList<SourceClaim> Claims(ResourceKey key) => _claims.TryGetValue(key, out var claims) ? claims : [];

    /// <summary>Keys that more than one place claims.</summary>
    public IReadOnlyCollection<ResourceKey> Contested => _contested;

    /// <summary>A file as it is now.</summary>
    public void Set(SourceFile file)
    {
        var old = _files.GetValueOrDefault(file.Path);
        Touch(old, file);
        if (old is not null) Withdraw(old);
        _files[file.Path] = file;
        foreach (var document in file.Documents) Claim(new(file, document));
    }

    /// <summary>A file is gone.</summary>
    public void Remove(string path)
    {
        if (!_files.Remove(path, out var old)) return;
        Touch(old, new(path));
        Withdraw(old);
    }

    /// <summary>A file does not hold a resource any more.</summary>
    public void Drop(SourceClaim claim)
    {
        if (Find(claim.File.Path) is { } file) Set(file with { Documents = file.Documents.RemoveAll(document => document.Key == claim.Document.Key) });
    }

    /// <summary>The keys that may have changed since the last call.</summary>
    public HashSet<ResourceKey> TakeTouched()
    {
        var touched = _touched;
        _touched = [];
        return touched;
    }

    // Only what differs: a file may hold very many documents of which one was changed.
    private void Touch(SourceFile? old, SourceFile now)
    {
        var same = new Dictionary<ResourceKey, Resource>();
        foreach (var document in old?.Documents ?? []) same[document.Key] = document.Resource;
        var moved = old is null || old.Missing is null != now.Missing is null;
        foreach (var document in now.Documents)
        {
            if (!same.Remove(document.Key, out var resource) || moved || !ReferenceEquals(resource, document.Resource)) _touched.Add(document.Key);
        }

        _touched.UnionWith(same.Keys);
    }

    private void Claim(SourceClaim claim)
    {
        var key = claim.Document.Key;
        if (!_claims.TryGetValue(key, out var claims)) _claims[key] = claims = new(1);
        var place = claims.FindIndex(other => Compare(claim, other) < 0);
        claims.Insert(place < 0 ? claims.Count : place, claim);
        if (claims.Count > 1) _contested.Add(key);
    }

    private void Withdraw(SourceFile file)
    {
        foreach (var document in file.Documents)
        {
            var claims = _claims[document.Key];
            claims.RemoveAll(claim => claim.File.Path == file.Path);
            if (claims.Count < 2) _contested.Remove(document.Key);
            if (claims.Count == 0) _claims.Remove(document.Key);
        }
    }

    private static int Compare(SourceClaim left, SourceClaim right)
    {
        var leaving = (left.File.Missing is not null).CompareTo(right.File.Missing is not null);
        if (leaving != 0) return leaving;
        var seen = left.Document.Seen.CompareTo(right.Document.Seen);
        return seen != 0 ? seen : string.CompareOrdinal(left.File.Path, right.File.Path);
    }
}
