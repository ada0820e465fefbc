using Meltemi.ControlPlane.Stores.Files.Disk;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;
using Meltemi.Xds.Yaml;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>Writes resources into the users' files: where they stand, and nothing else in the file is touched.</summary>
internal sealed class FileWriter(string root)
{
    /// <summary>Writes a resource where it stands, or into a file of its own; answers the file's full path.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="claim">Where it stands; null: nowhere.</param>
    /// <exception cref="StoreException">It could not be written.</exception>
    public string Put(Resource resource, SourceClaim? claim)
    {
        var path = claim is null ? NewPath(resource.Key) : Path.Combine(root, claim.File.Path);
        var json = ResourceJson.WithoutManagedFields(resource.Json);
        Change(path, () =>
        {
            var text = claim is null ? DocumentText.Of([json], FileNames.IsJson(path)) : Replaced(claim, path, resource.Key, json);
            if (!DocumentText.Holds(text, resource.Key, json))
                throw new StoreException(StoreError.Failed, $"{resource.Key} cannot be written to {path} without changing its meaning");
            AtomicFile.Write(path, file => file.Write(FileReader.Bytes(text)));
        });
        return path;
    }

    /// <summary>Takes a resource out of its file, and deletes the file if nothing is left in it; answers the file's full path.</summary>
    /// <exception cref="StoreException">It could not be written.</exception>
    public string Delete(SourceClaim claim)
    {
        var path = Path.Combine(root, claim.File.Path);
        Change(path, () =>
        {
            var text = Current(claim, path, out var part);
            var rest = Companions(claim);
            var left = rest.Count > 0 ? Replaced(text, part, rest, path) : FileText.Remove(text, part);
            if (left is null)
                AtomicFile.Delete(path);
            else
                AtomicFile.Write(path, file => file.Write(FileReader.Bytes(left)));
        });
        return path;
    }

    private static string Replaced(SourceClaim claim, string path, ResourceKey key, ReadOnlyMemory<byte> json)
    {
        var text = Current(claim, path, out var part);
        var items = Companions(claim);
        items.Add((key, json));
        return Replaced(text, part, items, path);
    }

    private static string Replaced(string text, YamlPart part, List<(ResourceKey Key, ReadOnlyMemory<byte> Json)> items, string path) =>
        FileText.Replace(text, part, DocumentText.Of([.. items.Select(item => item.Json)], FileNames.IsJson(path)));

    // The others of a document that is a list.
    private static List<(ResourceKey Key, ReadOnlyMemory<byte> Json)> Companions(SourceClaim claim) =>
    [
        .. claim.File.Documents.Where(other => !other.Kept && other.Slice == claim.Document.Slice && other.Key != claim.Document.Key)
            .Select(other => (other.Key, other.Resource.Json)),
    ];

    private static string Current(SourceClaim claim, string path, out YamlPart part)
    {
        if (claim.Document.Kept)
        {
            throw new StoreException(
                StoreError.Failed, $"{claim.Document.Key} stands in {claim.File.Path}, which is broken ({claim.File.Problems[0]}): mend that file first");
        }

        var text = File.Exists(path) ? FileReader.ReadText(path) : "";
        part = YamlStream.Split(text).ElementAtOrDefault(claim.Document.Slice)!;
        if (part is not null && FileReader.Hash(FileReader.Bytes(part.Text)) == claim.Document.Hash) return text;
        throw new StoreException(StoreError.Conflict, $"{claim.File.Path} is being changed by somebody else: try again");
    }

    private string NewPath(ResourceKey key)
    {
        var name = FileNames.For(key);
        var path = Path.Combine(root, name);
        for (var i = 2; Path.Exists(path); i++) path = Path.Combine(root, $"{Path.GetFileNameWithoutExtension(name)}-{i}.yaml");
        return path;
    }

    private void Change(string path, Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Writability.Explain(e, path, root);
        }
    }
}
