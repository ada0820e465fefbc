using System.Text;

namespace Meltemi.Xds.Client;

/// <summary>The reason of a NACK, as long as servers log and people read.</summary>
internal static class NackText
{
    private const int MaxLength = 4000;

    public static string Of(IReadOnlyList<string> problems)
    {
        var text = new StringBuilder();
        for (var i = 0; i < problems.Count; i++)
        {
            if (i > 0 && text.Length + problems[i].Length > MaxLength) return text.Append("; and ").Append(problems.Count - i).Append(" more").ToString();
            if (i > 0) text.Append("; ");
            text.Append(problems[i].Length <= MaxLength ? problems[i] : problems[i][..MaxLength] + "...");
        }

        return text.ToString();
    }
}
