using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>What is wrong with a store's sources now, and since when. What comes and goes is logged once.</summary>
internal sealed class SourceProblemBoard(TimeProvider time, ILogger log)
{
    private const int MaxProblems = 1000;

    private ImmutableArray<SourceProblem> _current = [];

    /// <summary>All of them, by source.</summary>
    public ImmutableArray<SourceProblem> Current => _current; // a struct of one reference: read and written whole

    /// <summary>What is wrong now. Not for several threads at once.</summary>
    public void Set(IEnumerable<(string Source, string Message)> problems)
    {
        var old = _current.ToDictionary(problem => (problem.Source, problem.Message));
        var now = problems.Distinct().OrderBy(problem => problem.Source, StringComparer.Ordinal).ToList();
        if (now.Count > MaxProblems)
        {
            var more = now.Count - MaxProblems + 1;
            now.RemoveRange(MaxProblems - 1, more);
            now.Add(("...", $"{more} more problems are not listed"));
        }

        if (now.Count == old.Count && now.TrueForAll(old.ContainsKey)) return;
        foreach (var (source, message) in now.Where(problem => !old.ContainsKey(problem))) StoreLog.SourceProblem(log, source, message);
        var sources = now.Select(problem => problem.Source).ToHashSet(StringComparer.Ordinal);
        foreach (var source in old.Keys.Select(problem => problem.Source).Distinct().Where(source => !sources.Contains(source)))
            StoreLog.SourceGood(log, source);
        _current = [.. now.Select(problem => old.GetValueOrDefault(problem) ?? new(problem.Source, problem.Message, time.GetUtcNow()))];
    }
}
