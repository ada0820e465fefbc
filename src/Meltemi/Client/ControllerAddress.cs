using System.Text.Json;

namespace Meltemi.Program.Client;

/// <summary>Where a controller is and how to speak with it.</summary>
/// <param name="Api">Its API, such as <c>http://127.0.0.1:15011</c>.</param>
/// <param name="TokenFile">File with the bearer token; null: none is sent.</param>
/// <param name="CaFile">File with the certificate that signed the controller's; null: the system's.</param>
internal sealed record ControllerAddress(Uri Api, string? TokenFile, string? CaFile)
{
    private const string FileName = "controller.json";
    private const string Hint = "start one with 'meltemi controller', or name it with --controller URL";

    /// <summary>
    /// The controller that is meant: the one given, else <c>MELTEMI_CONTROLLER</c>, else the one that runs on this machine and left its address in the
    /// state directory.
    /// </summary>
    public static ControllerAddress Find(string? url, string? tokenFile, string stateDirectory)
    {
        url ??= Environment.GetEnvironmentVariable("MELTEMI_CONTROLLER") is { Length: > 0 } given ? given : null;
        var local = Read(stateDirectory);
        if (url is null)
            return local is null ? throw new CommandFailedException($"no controller is known: {Hint}", ExitCodes.Failed) : local with { TokenFile = tokenFile ?? local.TokenFile };
        if (!url.Contains("://", StringComparison.Ordinal)) url = $"http://{url}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var api) || api.Scheme is not ("http" or "https"))
            throw new CommandFailedException($"'{url}' is not the address of a controller, such as http://127.0.0.1:15011", ExitCodes.Usage);
        return new(api, tokenFile ?? local?.TokenFile, local?.CaFile);
    }

    /// <summary>Leaves an address for <see cref="Find"/>.</summary>
    public void Write(string stateDirectory)
    {
        Directory.CreateDirectory(stateDirectory);
        var (path, temporary) = (Path.Combine(stateDirectory, FileName), Path.Combine(stateDirectory, $".{FileName}.{Environment.ProcessId}"));
        File.WriteAllText(temporary, JsonSerializer.Serialize(this));
        File.Move(temporary, path, overwrite: true);
    }

    private static ControllerAddress? Read(string stateDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize<ControllerAddress>(File.ReadAllText(Path.Combine(stateDirectory, FileName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
