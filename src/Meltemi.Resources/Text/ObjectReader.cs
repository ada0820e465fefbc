using Meltemi.Resources.Validation;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.Resources.Text;

/// <summary>
/// Makes a resource of a node, in steps that all go on after errors: (1) kind, (2) metadata, (3) the text to keep, (4) structure of the
/// body, (5) rules of the kind, (6) status.
/// </summary>
internal static class ObjectReader
{
    public static ParsedResource Read(YamlNode node, string defaultNamespace)
    {
        var problems = new ProblemList();
        if (node is not YamlMapping root)
        {
            problems.Error("", node.Mark, $"expected an object with apiVersion, kind, metadata and spec, found {node.Kind}");
            return new(null, problems.ToSorted(), null, "");
        }

        problems.Place("", root.Mark);
        foreach (var entry in root.Entries) problems.Place(entry.Key, entry.Mark);

        // (1), (2)
        var (kind, apiVersion) = KindReader.Read(root, problems);
        var metadata = MetadataReader.Read(root, kind, defaultNamespace, problems);
        var name = metadata.Namespace.Length == 0 ? metadata.Name : $"{metadata.Namespace}/{metadata.Name}";
        if (kind is null) return new(null, problems.ToSorted(), null, name);

        // (3) comes before the others, since it says whether aliases make the object too large for them.
        ReadOnlyMemory<byte> json;
        try
        {
            json = NodeJson.Write(root, metadata.Namespace, keepStatus: kind.Flat);
        }
        catch (YamlSyntaxException e)
        {
            problems.Error("", e.Mark, e.Message);
            return new(null, problems.ToSorted(), kind, name);
        }

        // (4), (5), (6)
        if (kind.KeptOnly) problems.Warning("kind", "nothing acts on this kind yet; it is kept");
        var body = kind.Flat ? FlatBody(root) : Body(root, problems);
        var probe = new ProblemList(probe: true);
        var wire = ReadBody(kind, body, metadata.Meta, probe);
        if (probe.HasAny) wire = ReadBody(kind, body, metadata.Meta, problems);
        var status = kind.Flat ? null : StatusJson.Read(root.Find("status"));
        if (problems.HasErrors) return new(null, problems.ToSorted(), kind, name);
        var resource = new Resource
        {
            Key = new(kind, metadata.Namespace, metadata.Name),
            ApiVersion = apiVersion,
            Meta = metadata.Meta,
            Json = json,
            Wire = wire.ToArray(),
            Status = status,
        };
        return new(resource, problems.ToSorted(), kind, name);
    }

    private static ReadOnlyMemory<byte> ReadBody(ResourceKind kind, YamlNode body, ResourceMeta meta, ProblemList problems)
    {
        var wire = ResourceReader.ToWire(ResourceSchemas.Set, body, kind.MessageType, problems, kind.Flat ? "" : "spec");
        KindRules.Check(kind, ResourceKinds.Parser(kind).ParseFrom(wire.Span), meta, problems);
        return wire;
    }

    private static YamlNode Body(YamlMapping root, ProblemList problems)
    {
        foreach (var entry in root.Entries)
        {
            if (entry.Key is "apiVersion" or "kind" or "metadata" or "spec" or "status") continue;
            var hint = Spelling.Hint(entry.Key, ["metadata", "spec"]);
            problems.Unknown(entry.Key, entry.Mark, $"'{entry.Key}' is not implemented, ignored{hint}");
        }

        return root.Find("spec") is { IsNull: false } spec ? spec : new YamlMapping { Mark = root.Mark, Entries = [] };
    }

    private static YamlMapping FlatBody(YamlMapping root) =>
        new() { Mark = root.Mark, Entries = [.. root.Entries.Where(entry => entry.Key is not ("apiVersion" or "kind" or "metadata"))] };
}
