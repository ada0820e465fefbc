using System.Globalization;
using System.Text.Json.Nodes;
using Meltemi.Program.Output;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary>A <c>Table</c> of the API (meta.k8s.io/v1) as a table for people.</summary>
internal static class ApiTable
{
    /// <summary>Adds the rows of an answer; the columns are those of the first.</summary>
    public static void Append(ref TextTable? table, JsonObject answer, bool wide, bool withNamespace)
    {
        var columns = answer["columnDefinitions"]!.AsArray();
        var shown = Enumerable.Range(0, columns.Count).Where(i => wide || (columns[i]!["priority"]?.GetValue<int>() ?? 0) == 0).ToArray();
        var headers = shown.Select(i => columns[i]!["name"]!.GetValue<string>().ToUpper(CultureInfo.InvariantCulture));
        table ??= new TextTable(withNamespace ? ["NAMESPACE", .. headers] : [.. headers]);
        foreach (var row in answer["rows"]?.AsArray() ?? [])
        {
            var cells = row!["cells"]!.AsArray();
            var texts = shown.Select(i => cells[i]?.ToString() ?? "");
            table.Add(withNamespace ? [row["object"]?["metadata"]?["namespace"]?.ToString() ?? "", .. texts] : [.. texts]);
        }
    }
}
