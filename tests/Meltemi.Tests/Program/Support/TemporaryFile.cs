namespace Meltemi.Tests.Program.Support;

/// <summary>A file with a text, for the time of a test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string text) => File.WriteAllText(Name, text);

    public string Name { get; } = Path.GetTempFileName();

    public void Dispose() => File.Delete(Name);
}
