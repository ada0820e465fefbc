using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Kubectl;

/// <summary>A kubectl that knows the API.</summary>
internal sealed class KubectlProgram(string program, string folder, string kubeconfig, string space)
{
    private int _files;

    /// <summary>Its namespace.</summary>
    public string Namespace => space;

    /// <summary>Whether it is one of those that describe, apply and explain by the newer API (1.27).</summary>
    public bool IsNew { get; } = !program.EndsWith("kubectl/bin/kubectl", StringComparison.Ordinal);

    /// <summary>Runs it; it must succeed. Arguments are separated by blanks, unless they are given one by one.</summary>
    public async Task<string> Run(params string[] arguments)
    {
        var (exitCode, output, seen) = await Try(arguments);
        Assert.True(exitCode == 0, $"exit code {exitCode}: {seen}");
        return output;
    }

    /// <summary>Runs it; answers its exit code, what it printed, and what it printed with its errors.</summary>
    public async Task<(int ExitCode, string Output, string Seen)> Try(params string[] arguments)
    {
        var (exitCode, lines, seen) = await PeerProcess.RunAsync(Command(arguments), Environment());
        return (exitCode, string.Join('\n', lines), seen);
    }

    /// <summary>Starts it, for what does not end by itself.</summary>
    public PeerProcess Start(params string[] arguments) => PeerProcess.Start(Command(arguments), Environment());

    /// <summary>A file with this text.</summary>
    public string Write(string text)
    {
        var path = Path.Combine(folder, $"{space}-{_files++}.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A script that changes files as an editor would: a <c>sed</c> expression.</summary>
    public string Editor { get; set; } = "";

    private string[] Command(string[] arguments) =>
        [program, "--namespace", space, .. arguments.Length == 1 ? arguments[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) : arguments];

    private Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = folder, // its cache is there
        ["KUBECONFIG"] = kubeconfig,
        ["EDITOR"] = $"sed -i {Editor}",
        ["NO_COLOR"] = "1",
    };
}
