namespace Meltemi.Program.Demo.Resources;

/// <summary>
/// The directory with the resources of the demo. One of its own goes away with the demo, unless somebody changed something in it; one that was
/// named stays.
/// </summary>
internal sealed class MeshFiles : IDisposable
{
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);
    private readonly bool _isNamed;

    /// <param name="directory">The directory, made if it is not there; null: a temporary one.</param>
    /// <exception cref="CommandFailedException">It cannot be made.</exception>
    public MeshFiles(string? directory)
    {
        _isNamed = directory is not null;
        try
        {
            Path = directory is null ? Directory.CreateTempSubdirectory("meltemi-demo-").FullName : Directory.CreateDirectory(directory).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"there is no place for the resources: {e.Message}", ExitCodes.Failed);
        }
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Whether it is there after the end.</summary>
    public bool IsKept => Directory.Exists(Path);

    /// <summary>Whether there is such a file.</summary>
    public bool Has(string name) => File.Exists(FullName(name));

    /// <summary>Writes a file, so that whoever looks sees the old or the new text.</summary>
    /// <exception cref="IOException">It cannot be written; the old text is still there.</exception>
    public void Write(string name, string text)
    {
        var temporary = FullName($".{name}.new");
        File.WriteAllText(temporary, text);
        File.Move(temporary, FullName(name), overwrite: true);
        _written[name] = text;
    }

    /// <summary>Whether a file is still what the demo wrote.</summary>
    public bool IsAsWritten(string name)
    {
        try
        {
            return _written.TryGetValue(name, out var text) && File.ReadAllText(FullName(name)) == text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (_isNamed || IsTouched()) return;
        Directory.Delete(Path, recursive: true);
    }

    private bool IsTouched() => !_written.Keys.All(IsAsWritten)
        || Directory.EnumerateFiles(Path).Any(path => !_written.ContainsKey(System.IO.Path.GetFileName(path)));

    private string FullName(string name) => System.IO.Path.Combine(Path, name);
}
