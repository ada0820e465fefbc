using System.Text;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>The header <c>Warning: 299 - "TEXT"</c> (RFC 7234, section 5.5), as Kubernetes' clients read it.</summary>
internal static class WarningHeader
{
    /// <summary>Enough for a sentence with a path; kubectl's side has limits for all headers together.</summary>
    private const int MaxLength = 1000;

    public static string Write(string message)
    {
        var text = new StringBuilder("299 - \"");
        foreach (var c in message.Length <= MaxLength ? message : message[..MaxLength] + "...")
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else text.Append(c is >= ' ' and <= '~' ? c : c < ' ' ? ' ' : '?'); // headers are ASCII
        }

        return text.Append('"').ToString();
    }
}
