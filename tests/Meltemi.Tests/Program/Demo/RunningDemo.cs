using Meltemi.Program.Demo;
using Meltemi.Program.Demo.Resources;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Program.Demo;

/// <summary>A demo in a directory of its own, and ways to look at it.</summary>
internal sealed class RunningDemo : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CapturedLog _log = new();
    private readonly MeshFiles _files = new(null);

    public DemoMesh Mesh { get; private set; } = null!;

    public static async Task<RunningDemo> StartAsync(DemoRules rules)
    {
        var demo = new RunningDemo();
        demo.Mesh = await DemoMesh.StartAsync(rules, demo._files, demo._log.Log, default);
        await demo.Mesh.InForceAsync(rules, default).WaitAsync(Patience);
        return demo;
    }

    /// <summary>Saves a file as an editor does that writes in place.</summary>
    public void Edit(string name, Func<string, string> edit)
    {
        var path = Path.Combine(Mesh.Directory, name);
        File.WriteAllText(path, edit(File.ReadAllText(path)));
    }

    /// <summary>Waits for a state; the failure shows what there is instead.</summary>
    public async Task UntilAsync(Func<bool> state)
    {
        for (var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; !state(); await Task.Delay(10))
        {
            Assert.True(Environment.TickCount64 < end, string.Join('\n', [.. DemoService.All.Select(service => $"{Mesh.Report(service)}"), .. Mesh.FileProblems]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Mesh.DisposeAsync();
        Directory.Delete(_files.Path, recursive: true); // also if the test edited something in it
        _log.Verify();
    }
}
