using System.Collections.Immutable;
using Meltemi.RateLimit.Figures;
using Microsoft.Extensions.Logging;

namespace Meltemi.RateLimit.Rules;

/// <summary>
/// The limits in a folder, read again whenever a file in it changes. What cannot be read never takes the place of what could: the last good limits stay
/// in force, all of them, and the log says what is wrong. Looks each second: notifications do not tell of everything that Kubernetes does
/// with the links of a ConfigMap.
/// </summary>
public sealed class RuleDirectory : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _directory;
    private readonly bool _slidingByDefault;
    private readonly ServerFigures _figures;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;
    private volatile RuleSet _current;
    private ImmutableArray<(string File, string Text)> _texts;

    /// <param name="first">The texts that <paramref name="rules"/> were made from.</param>
    public RuleDirectory(
        string directory, bool slidingByDefault, ImmutableArray<(string File, string Text)> first, RuleSet rules, ServerFigures figures, ILogger log,
        TimeProvider? time = null)
    {
        (_directory, _slidingByDefault, _texts, _current, _figures, _log) = (directory, slidingByDefault, first, rules, figures, log);
        figures.ConfigLoads.Add(1);
        _watching = WatchAsync(time ?? TimeProvider.System);
    }

    /// <summary>The limits in force.</summary>
    public RuleSet Current => _current;

    /// <summary>Stops looking.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _end.Dispose();
    }

    /// <summary>Looks now; true: there are new limits in force.</summary>
    internal bool Look()
    {
        try
        {
            var texts = RuleFiles.Texts(_directory);
            return !texts.SequenceEqual(_texts) && Take(texts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file may be gone between the listing and the reading; the next look sees what came instead.
            RuleLog.CannotRead(_log, _directory, e.Message);
            return false;
        }
    }

    private bool Take(ImmutableArray<(string File, string Text)> texts)
    {
        _texts = texts;
        var read = RuleFiles.Read(texts, _slidingByDefault);
        foreach (var (file, problem) in read.Problems) RuleLog.Problem(_log, file, problem.ToString());
        if (read.Rules is null)
        {
            _figures.ConfigErrors.Add(1);
            RuleLog.Kept(_log);
            return false;
        }

        _figures.ConfigLoads.Add(1);
        _current = read.Rules;
        RuleLog.Loaded(_log, read.Rules.Domains.Count, texts.Length);
        return true;
    }

    private async Task WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false)) Look();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
