using System.Security.Cryptography;
using System.Text;

namespace Meltemi.ControlPlane.Api.Access;

/// <summary>The bearer token: 256 random bits in a file, made when there is none.</summary>
public sealed class ApiToken
{
    private readonly byte[] _hash;

    private ApiToken(string text)
    {
        Text = text;
        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>As it is sent; a secret.</summary>
    public string Text { get; }

    /// <summary>Reads it, or makes one.</summary>
    /// <exception cref="InvalidOperationException">There is a file and it holds no token.</exception>
    public static ApiToken ReadOrCreate(string path, IApiLog log)
    {
        if (!File.Exists(path))
        {
            SecretFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
            log.Info($"made a token for the API: {path}");
        }

        if (SecretFile.Exposed(path) is { } warning) log.Warning(warning);
        var text = File.ReadAllText(path).Trim();
        return text.Length >= 32 && !text.Any(char.IsWhiteSpace)
            ? new(text)
            : throw new InvalidOperationException($"{path}: a token of at least 32 letters on one line was expected; delete the file to get a new one");
    }

    /// <summary>Whether this is it. Takes the same time whatever is wrong with it: hashes of equal length are compared.</summary>
    public bool Matches(string candidate) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)), _hash);
}
