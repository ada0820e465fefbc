using System.Text.Json;

namespace Meltemi.ControlPlane.Api.Tables;

/// <summary>Readers of cells.</summary>
internal static class Cells
{
    /// <summary>What is at a path such as <c>spec.ports[].name</c>, where <c>[]</c> stands for all items; several values with commas between.</summary>
    public static Func<TableRow, object?> At(string path)
    {
        var steps = Steps(path);
        return row =>
        {
            var texts = new List<string>();
            Collect(row.Root, steps, value => texts.Add(Text(value)));
            return texts.Count == 0 ? null : string.Join(",", texts);
        };
    }

    /// <summary>How many there are.</summary>
    public static Func<TableRow, object?> Count(string path)
    {
        var steps = Steps(path);
        return row =>
        {
            var count = 0L;
            Collect(row.Root, steps, _ => count++);
            return count;
        };
    }

    /// <summary>Values of several members of each item, such as <c>20880/tcp-dubbo</c>; the separator is left out before what is missing.</summary>
    public static Func<TableRow, object?> Pairs(string path, string first, string second, char separator = '/')
    {
        var steps = Steps(path);
        return row =>
        {
            var texts = new List<string>();
            Collect(row.Root, steps, item =>
            {
                var (left, right) = (Member(item, first), Member(item, second));
                texts.Add(right.Length == 0 ? left : $"{left}{separator}{right}");
            });
            return texts.Count == 0 ? null : string.Join(",", texts);
        };
    }

    /// <summary>Whether a condition holds; unknown before anybody said.</summary>
    public static Func<TableRow, object?> Holds(string type) => row => Find(row, type)?.Holds switch { true => "True", false => "False", null => "Unknown" };

    /// <summary>Why the first condition that does not hold does not; else what the last one says.</summary>
    public static object? Message(TableRow row)
    {
        if (row.Resource.Status is not { Conditions.IsEmpty: false } status) return null;
        foreach (var condition in status.Conditions)
            if (condition.Holds == false) return condition.Message;
        return status.Conditions[^1].Message;
    }

    /// <summary>How long ago it was created.</summary>
    public static object? Age(TableRow row) =>
        row.Resource.Meta.CreationTimestamp == default ? "<unknown>" : HumanDuration.Write(row.Now - row.Resource.Meta.CreationTimestamp);

    private static Resources.Condition? Find(TableRow row, string type)
    {
        foreach (var condition in row.Resource.Status?.Conditions ?? [])
            if (condition.Type == type) return condition;
        return null;
    }

    private static (string Name, bool Each)[] Steps(string path) =>
        [.. path.Split('.').Select(step => step.EndsWith("[]", StringComparison.Ordinal) ? (step[..^2], true) : (step, false))];

    private static void Collect(JsonElement element, ReadOnlySpan<(string Name, bool Each)> steps, Action<JsonElement> found)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(steps[i].Name, out element)) return;
            if (!steps[i].Each) continue;
            if (element.ValueKind != JsonValueKind.Array)
            {
                // One value may stand where a list is meant.
                if (element.ValueKind != JsonValueKind.Null) Collect(element, steps[(i + 1)..], found);
                return;
            }

            foreach (var item in element.EnumerateArray()) Collect(item, steps[(i + 1)..], found);
            return;
        }

        if (element.ValueKind != JsonValueKind.Null) found(element);
    }

    private static string Member(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) ? Text(value) : "";

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        JsonValueKind.Object => string.Join(",", value.EnumerateObject().Select(member => $"{member.Name}={Text(member.Value)}")),
        _ => value.GetRawText(),
    };
}
