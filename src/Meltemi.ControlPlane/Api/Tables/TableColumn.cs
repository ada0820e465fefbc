using System.Text.Json;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Tables;

/// <summary>A column of what <c>kubectl get</c> prints.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Description">What is in it.</param>
/// <param name="Read">A text, a number, or null for nothing.</param>
internal sealed record TableColumn(string Name, string Description, Func<TableRow, object?> Read)
{
    /// <summary><c>string</c> or <c>integer</c>.</summary>
    public string Type { get; init; } = "string";

    /// <summary><c>name</c> for the one that names the row.</summary>
    public string Format { get; init; } = "";

    /// <summary>Shown by <c>-o wide</c> only.</summary>
    public bool Wide { get; init; }
}

/// <summary>What a row is made of.</summary>
/// <param name="Resource">The object.</param>
/// <param name="Root">Its JSON.</param>
/// <param name="Now">The time that ages are counted to.</param>
internal readonly record struct TableRow(Resource Resource, JsonElement Root, DateTimeOffset Now);
