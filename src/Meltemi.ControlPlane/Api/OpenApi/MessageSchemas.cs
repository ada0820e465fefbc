using System.Text.Json.Nodes;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.OpenApi;

/// <summary>What the messages of the kinds say about their objects.</summary>
internal static class MessageSchemas
{
    public static IEnumerable<(string Name, JsonObject Schema)> Of(IEnumerable<ResourceKind> kinds) => [];

    public static KindBody Body(ResourceKind kind) => kind.Flat
        ? new(kind.Name, [], IsOpen: true)
        : new(kind.Name, new() { ["spec"] = MetadataSchemas.Anything("What is wanted.") }, IsOpen: false);
}
