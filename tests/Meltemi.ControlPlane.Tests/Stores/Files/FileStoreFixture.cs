using System.Collections.Concurrent;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Files;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

/// <summary>A directory of one's own and the store over it.</summary>
internal sealed class FileStoreFixture : IAsyncDisposable
{
    private readonly bool _ours;

    public FileStoreFixture(string? directory = null)
    {
        _ours = directory is null;
        Directory = directory ?? System.IO.Directory.CreateTempSubdirectory("meltemi-files-").FullName;
    }

    public string Directory { get; }

    public ManualTime? Time { get; init; }

    public FileStoreOptions Options { get; set; } = new() { Directory = "" };

    public CapturedLog Log { get; } = new();

    public IResourceStore Store { get; private set; } = new MemoryStore();

    public async Task<IResourceStore> OpenAsync()
    {
        await Store.DisposeAsync();
        return Store = await FileStore.OpenAsync(Options with { Directory = Directory }, Log, Time);
    }

    public string PathOf(string name) => Path.Combine(Directory, name);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    public void Write(string name, string text)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    public string[] Names() => [.. System.IO.Directory.GetFileSystemEntries(Directory).Select(path => Path.GetFileName(path)!).Order()];

    public string[] Problems() => [.. Store.SourceProblems.Select(problem => $"{problem.Source}: {problem.Message}")];

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (_ours) System.IO.Directory.Delete(Directory, recursive: true);
    }
}

/// <summary>A log to be read.</summary>
internal sealed class CapturedLog : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception) + exception));
}
