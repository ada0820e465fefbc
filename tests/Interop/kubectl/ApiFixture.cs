using System.Collections.Concurrent;
using Meltemi.ControlPlane.Api;
using Meltemi.ControlPlane.Stores;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Kubectl;

/// <summary>One API over TLS for all tests of a class, each in a namespace of its own. An error that it logs fails the class.</summary>
public sealed class ApiFixture : IAsyncLifetime, IApiLog
{
    private readonly ConcurrentQueue<string> _errors = [];
    private int _namespaces;

    /// <summary>Files of the tests, the API's state, and kubectl's home with its cache.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("meltemi-kubectl-").FullName;

    public MemoryStore Store { get; } = new();

    public ApiServer Server { get; private set; } = null!;

    private string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    /// <summary>The kubectls of this machine: Debian's, which is old, and another one if there is one.</summary>
    public static TheoryData<string> Programs { get; } = FindPrograms();

    public async Task InitializeAsync()
    {
        Server = new(Store, new() { StateDirectory = Path.Combine(Folder, "state"), Log = this });
        await Server.StartAsync();
        await File.WriteAllTextAsync(Kubeconfig, Server.WriteKubeconfig());
    }

    public async Task DisposeAsync()
    {
        await Server.StopAsync();
        Directory.Delete(Folder, recursive: true);
        Assert.Empty(_errors);
    }

    /// <summary>kubectl in a new namespace.</summary>
    internal KubectlProgram Kubectl(string program) => new(program, Folder, Kubeconfig, $"ns{Interlocked.Increment(ref _namespaces)}");

    void IApiLog.Info(string message)
    {
    }

    void IApiLog.Warning(string message)
    {
    }

    void IApiLog.Error(string message, Exception? cause) => _errors.Enqueue($"{message}: {cause}");

    private static TheoryData<string> FindPrograms()
    {
        var debian = Peers.PathOf("kubectl/bin/kubectl");
        var programs = new TheoryData<string> { debian };
        var other = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
        if (other is not null) programs.Add(other);
        return programs;
    }
}
