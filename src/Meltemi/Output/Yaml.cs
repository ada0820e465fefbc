using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.Resources;

namespace Meltemi.Program.Output;

/// <summary>JSON as YAML, for people.</summary>
internal static class Yaml
{
    public static string Text(JsonNode node) => ResourceText.ToYaml(JsonSerializer.SerializeToUtf8Bytes(node));
}
