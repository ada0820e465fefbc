using System.Diagnostics;
using System.Globalization;
using Meltemi.Bench.Lab.Engine;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>A program that the lab started: ended by its id when disposed, with the last it said kept for error messages.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int KeptLines = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _said = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChildProcess(string program, params IEnumerable<string> arguments)
    {
        _process = new Process { StartInfo = new ProcessStartInfo(program, arguments) };
        _process.StartInfo.RedirectStandardInput = true;
        _process.StartInfo.RedirectStandardOutput = true;
        _process.StartInfo.RedirectStandardError = true;
        _process.OutputDataReceived += (_, line) => Keep(line.Data, first: true);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, first: false);
        StartedAt = Clock.Now;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Just before the program was executed.</summary>
    public long StartedAt { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of its output.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    /// <summary>Waits for the first line on standard output.</summary>
    public string FirstLine() => _firstLine.Task.Wait(Patience) ? _firstLine.Task.Result : throw Failed("said nothing");

    /// <summary>It and its children, at this moment; none if it ended.</summary>
    public IEnumerable<int> Family()
    {
        if (HasExited)
            yield break;
        yield return Id;
        foreach (var child in File.ReadAllText($"/proc/{Id}/task/{Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            yield return int.Parse(child, CultureInfo.InvariantCulture);
    }

    public InvalidOperationException Failed(string what) =>
        new($"{_process.StartInfo.FileName} {what}{(HasExited ? $" (exit code {_process.ExitCode})" : "")}\n{Said}");

    public void Dispose()
    {
        if (!HasExited)
        {
            _ = Libc.Kill(Id, Libc.SigTerm);
            if (!_process.WaitForExit(Patience))
                _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private void Keep(string? line, bool first)
    {
        if (line is null)
            return;
        if (first)
            _firstLine.TrySetResult(line);
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > KeptLines)
                _said.Dequeue();
        }
    }
}
