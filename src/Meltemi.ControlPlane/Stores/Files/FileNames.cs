using System.Security.Cryptography;
using System.Text;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>Which files count, and how new ones are called.</summary>
internal static class FileNames
{
    // Together with the temporary file's additions below the 255 bytes that file systems allow.
    private const int MaxLength = 200;

    /// <summary>Whether resources are read from a file of this name: by its ending, which those of editors' own copies do not have.</summary>
    public static bool Counts(string name) =>
        !IsHidden(name) && Path.GetExtension(name) is ".yaml" or ".yml" or ".json";

    /// <summary>Files and directories that nobody looks into: hidden ones, and the names that editors give to what they are just writing.</summary>
    public static bool IsHidden(string name) => name.Length == 0 || name[0] is '.' or '#' or '~';

    /// <summary>Whether it is to be written as JSON.</summary>
    public static bool IsJson(string name) => name.EndsWith(".json", StringComparison.Ordinal);

    /// <summary><c>namespace-kind-name.yaml</c>, in a form that is a file name for every key.</summary>
    public static string For(ResourceKey key)
    {
        var text = key.Namespace.Length == 0 ? $"{key.Kind.Singular}-{key.Name}" : $"{key.Namespace}-{key.Kind.Singular}-{key.Name}";
        var name = string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '-' or '_' || (source[i] == '.' && i > 0) ? source[i] : '_';
        });
        return name.Length <= MaxLength ? $"{name}.yaml" : $"{name[..MaxLength]}-{Hash(text)}.yaml";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
}
