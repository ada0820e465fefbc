using System.Collections.Immutable;
using Meltemi.Resources;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Stores.Table;

/// <summary>What is wrong with a store's sources now, and since when. What comes and goes is logged once.</summary>
internal sealed class SourceProblemBoard(TimeProvider time, ILogger log)
{
    private const int MaxProblems = 1000;

    private ImmutableArray<SourceProblem> _current = [];

    /// <summary>All of them, by source.</summary>
    public ImmutableArray<SourceProblem> Current => _current; // a struct of one reference: read and written whole

    /// <summary>Raised when there is something else in <see cref="Current"/>.</summary>
    public event Action? Changed;

    /// <summary>What is wrong now, and which resources stay as they were because of which source. Not for several threads at once.</summary>
    public void Set(IEnumerable<(string Source, string Message)> problems, IEnumerable<(string Source, ResourceKey Key)> kept)
    {
        var keptBy = kept.ToLookup(one => one.Source, one => one.Key);
        var old = _current.ToDictionary(problem => (problem.Source, problem.Message));
        var now = problems.Distinct().OrderBy(problem => problem.Source, StringComparer.Ordinal).ToList();
        if (now.Count > MaxProblems)
        {
            var more = now.Count - MaxProblems + 1;
            now.RemoveRange(MaxProblems - 1, more);
            now.Add(("...", $"{more} more problems are not listed"));
        }

        if (now.Count == old.Count
            && now.TrueForAll(problem => old.TryGetValue(problem, out var known) && known.Kept.SequenceEqual(keptBy[problem.Source]))) return;
        foreach (var (source, message) in now.Where(problem => !old.ContainsKey(problem))) StoreLog.SourceProblem(log, source, message);
        var sources = now.Select(problem => problem.Source).ToHashSet(StringComparer.Ordinal);
        foreach (var source in old.Keys.Select(problem => problem.Source).Distinct().Where(source => !sources.Contains(source)))
            StoreLog.SourceGood(log, source);
        _current = [.. now.Select(problem =>
            (old.GetValueOrDefault(problem) ?? new(problem.Source, problem.Message, time.GetUtcNow())) with { Kept = [.. keptBy[problem.Source]] })];
        Changed?.Invoke();
    }
}
