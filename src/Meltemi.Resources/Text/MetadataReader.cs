using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Meltemi.Resources.Validation;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.Resources.Text;

/// <summary>Name, namespace (empty for kinds without) and the rest of <c>metadata</c>.</summary>
internal readonly record struct Metadata(string Name, string Namespace, ResourceMeta Meta);

/// <summary>Reads <c>metadata</c>, by the rules of Kubernetes.</summary>
internal static class MetadataReader
{
    private const int MaxAnnotations = 256 * 1024;

    // What has a meaning to Kubernetes and none to us; it is kept.
    private static readonly string[] Others =
    [
        "generateName", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields",
        "clusterName",
    ];

    private static readonly string[] Known =
        ["name", "namespace", "labels", "annotations", "uid", "resourceVersion", "generation", "creationTimestamp", .. Others];

    public static Metadata Read(YamlMapping root, ResourceKind? kind, string defaultNamespace, ProblemList problems)
    {
        var node = root.Find("metadata");
        if (node is not (null or { IsNull: true } or YamlMapping))
            problems.Error("metadata", $"expected an object with a name, found {node.Kind}");
        var metadata = node as YamlMapping;
        if (metadata is not null) CheckKeys(metadata, problems);

        var name = Text(metadata, "name", problems) ?? "";
        CheckName(name, kind, root, node, problems);
        var space = Space(metadata, kind, problems);
        if (space.Length == 0 && kind is null or { Namespaced: true }) space = defaultNamespace;
        return new(name, space, new()
        {
            Uid = Text(metadata, "uid", problems) ?? "",
            ResourceVersion = Text(metadata, "resourceVersion", problems) ?? "",
            Generation = Generation(metadata, problems),
            CreationTimestamp = Time(metadata, problems),
            Labels = Map(metadata, "labels", problems, Names.LabelValueComplaint),
            Annotations = Annotations(metadata, problems),
        });
    }

    private static void CheckKeys(YamlMapping metadata, ProblemList problems)
    {
        foreach (var entry in metadata.Entries)
        {
            var path = $"metadata.{entry.Key}";
            problems.Place(path, entry.Mark);
            if (Known.Contains(entry.Key)) continue;
            problems.Unknown(path, entry.Mark, $"'{entry.Key}' is not implemented, ignored{Spelling.Hint(entry.Key, Known)}");
        }
    }

    private static void CheckName(string name, ResourceKind? kind, YamlMapping root, YamlNode? node, ProblemList problems)
    {
        if (name.Length == 0)
            problems.Error("metadata.name", (node ?? root).Mark, "'name' is missing");
        else if (NameComplaint(kind, name) is { } complaint)
            problems.Error("metadata.name", $"'{name}' cannot be a name: {complaint}");
    }

    private static string? NameComplaint(ResourceKind? kind, string name) =>
        kind == ResourceKinds.Namespace || kind == ResourceKinds.Service ? Names.LabelComplaint(name) : Names.SubdomainComplaint(name);

    private static string Space(YamlMapping? metadata, ResourceKind? kind, ProblemList problems)
    {
        var space = Text(metadata, "namespace", problems) ?? "";
        if (space.Length == 0) return "";
        if (Names.LabelComplaint(space) is { } complaint)
            problems.Error("metadata.namespace", $"'{space}' cannot be a namespace: {complaint}");
        if (kind is not { Namespaced: false }) return space;
        problems.Warning("metadata.namespace", $"{kind.Plural} belong to no namespace, ignored");
        return "";
    }

    private static string? Text(YamlMapping? metadata, string key, ProblemList problems)
    {
        switch (metadata?.Find(key))
        {
            case null or { IsNull: true }:
                return null;
            case YamlScalar { JsonKind: JsonValueKind.String } scalar:
                return scalar.Text;
            case var other:
                problems.Error($"metadata.{key}", NotText(other));
                return null;
        }
    }

    private static string NotText(YamlNode node) =>
        $"expected a text, found {node.Kind}{(node is YamlScalar { Text: var text } ? $"; to mean the text, write \"{text}\"" : "")}";

    private static long Generation(YamlMapping? metadata, ProblemList problems)
    {
        if (metadata?.Find("generation") is not { IsNull: false } node) return 0;
        if (node is YamlScalar { Text: var text } && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return value;
        problems.Error("metadata.generation", $"expected a whole number, found {node.Kind}");
        return 0;
    }

    private static DateTimeOffset Time(YamlMapping? metadata, ProblemList problems)
    {
        if (metadata?.Find("creationTimestamp") is not { IsNull: false } node) return default;
        if (node is YamlScalar { Text: var text } && Timestamps.TryParse(text, out var time)) return time;
        problems.Error("metadata.creationTimestamp", $"expected a time such as 2026-01-31T12:00:00Z, found {node.Kind}");
        return default;
    }

    private static ImmutableDictionary<string, string> Annotations(YamlMapping? metadata, ProblemList problems)
    {
        var annotations = Map(metadata, "annotations", problems, _ => null);
        var size = annotations.Sum(annotation => (long)annotation.Key.Length + annotation.Value.Length);
        if (size > MaxAnnotations) problems.Error("metadata.annotations", $"longer than {MaxAnnotations} characters, all together");
        return annotations;
    }

    private static ImmutableDictionary<string, string> Map(
        YamlMapping? metadata, string key, ProblemList problems, Func<string, string?> complaintAboutValue)
    {
        var path = $"metadata.{key}";
        var node = metadata?.Find(key);
        if (node is null or { IsNull: true }) return ImmutableDictionary<string, string>.Empty;
        if (node is not YamlMapping mapping)
        {
            problems.Error(path, $"expected an object, found {node.Kind}");
            return ImmutableDictionary<string, string>.Empty;
        }

        var map = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            var place = $"{path}[{entry.Key}]";
            if (Names.QualifiedComplaint(entry.Key) is { } wrongKey)
                problems.Error(place, entry.Mark, $"'{entry.Key}' cannot be a key: {wrongKey}");
            else if (entry.Value is not YamlScalar { JsonKind: JsonValueKind.String or JsonValueKind.Null } scalar)
                problems.Error(place, entry.Mark, NotText(entry.Value));
            else if (complaintAboutValue(scalar.Text) is { } wrongValue)
                problems.Error(place, entry.Mark, $"'{scalar.Text}' cannot be a label's value: {wrongValue}");
            else
                map[entry.Key] = scalar.IsNull ? "" : scalar.Text;
        }

        return map.ToImmutable();
    }
}
