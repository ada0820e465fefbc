using System.Collections.Immutable;
using Google.Protobuf;
using Meltemi.Resources.Text;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.Resources;

/// <summary>
/// Resources as texts. Reading reports everything that is wrong, not only the first thing, and changes nothing but this: the namespace is
/// filled in, <c>status</c> and the metadata that a store gives are taken apart (<see cref="Resource.Status"/>, <see
/// cref="Resource.Meta"/>).
/// </summary>
public static class ResourceText
{
    /// <summary>Namespace of resources that name none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>
    /// Reads YAML or JSON of any number of documents; a <c>List</c> counts as its items. A broken document is one entry with its
    /// problems, and hides no other.
    /// </summary>
    public static ImmutableArray<ParsedResource> Parse(string text, string defaultNamespace = DefaultNamespace)
    {
        if (text.Length > YamlText.MaxCharacters)
            return [Broken(new(1, 1), $"the text is longer than {YamlText.MaxCharacters} characters")];
        return [.. YamlStream.Split(text).SelectMany(part => Parse(part, defaultNamespace))];
    }

    /// <summary>Reads one document of a text that was split by <see cref="YamlStream.Split"/>.</summary>
    public static IReadOnlyList<ParsedResource> Parse(YamlPart part, string defaultNamespace = DefaultNamespace)
    {
        try
        {
            return YamlText.Parse(part.Text, part.LinesBefore) is { IsNull: false } root ? ReadAll(root, defaultNamespace) : [];
        }
        catch (YamlSyntaxException e)
        {
            return [Broken(e.Mark, e.Message)];
        }
    }

    /// <summary>Reads one object of JSON in UTF-8, which is the fast way; problems have paths but no lines.</summary>
    public static ParsedResource FromJson(ReadOnlyMemory<byte> json, string defaultNamespace = DefaultNamespace)
    {
        try
        {
            return ObjectReader.Read(JsonText.Parse(json.Span), defaultNamespace);
        }
        catch (YamlSyntaxException e)
        {
            return Broken(e.Mark, e.Message);
        }
    }

    /// <summary>The whole object as one line of JSON in UTF-8, with the metadata of the store and <c>status</c>.</summary>
    public static byte[] ToJson(Resource resource) => ObjectWriter.Write(resource);

    /// <summary>A status alone, as one line of JSON in UTF-8.</summary>
    public static ReadOnlyMemory<byte> StatusToJson(ResourceStatus status) => StatusJson.Write(status);

    /// <summary>A status as <see cref="StatusToJson"/> wrote it; null if it cannot be understood.</summary>
    public static ResourceStatus? StatusFromJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            return StatusJson.Read(JsonText.Parse(json.Span));
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }

    /// <summary>The whole object as YAML, with the metadata of the store and <c>status</c>.</summary>
    public static string ToYaml(Resource resource) => ToYaml(ToJson(resource));

    /// <summary>Any JSON in UTF-8 as YAML of one document, keys in the order of the JSON; reading it gives the same again.</summary>
    public static string ToYaml(ReadOnlyMemory<byte> json) => YamlWriter.Write(json);

    private static List<ParsedResource> ReadAll(YamlNode root, string defaultNamespace)
    {
        if (ListReader.Items(root) is not { } items) return [ObjectReader.Read(root, defaultNamespace)];
        return [.. items.Select(item => ObjectReader.Read(item, defaultNamespace))];
    }

    private static ParsedResource Broken(Mark mark, string message) =>
        new(null, [new ConfigProblem(ProblemSeverity.Error, "", message, mark)], null, "");
}
