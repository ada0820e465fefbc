namespace DubboService.Hessian;

/// <summary>A map, or an object by its fields.</summary>
internal sealed class HessianMap(string type) : Dictionary<string, object?>
{
    /// <summary>Name of the Java class.</summary>
    public string Type { get; } = type;

    /// <summary>The entries whose values are texts, as attachments are.</summary>
    public Dictionary<string, string> Texts()
    {
        var texts = new Dictionary<string, string>();
        foreach (var (key, value) in this)
        {
            if (value is string text) texts[key] = text;
        }

        return texts;
    }
}
