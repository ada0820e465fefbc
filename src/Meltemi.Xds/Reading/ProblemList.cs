using System.Collections.Immutable;
using Meltemi.Xds.Yaml;

namespace Meltemi.Xds.Reading;

/// <summary>
/// Collects all problems of a configuration, with the place in the text of every path that was read. Of two errors about one path only the
/// first is kept: the second follows from it.
/// </summary>
/// <param name="probe">
/// Only <see cref="HasAny"/> is asked of it. Most texts are without problems: reading them like that first saves making a path for each
/// value.
/// </param>
public sealed class ProblemList(bool probe = false)
{
    /// <summary>Beyond it, places are those of a parent: a bound for memory, since an alias can stand for very many values.</summary>
    private const int MaxPlaces = 200_000;

    private readonly List<ConfigProblem> _problems = [];
    private readonly HashSet<string> _wrong = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Mark> _places = new(StringComparer.Ordinal);

    /// <summary>Whether nobody looks at paths and places.</summary>
    public bool IsProbe => probe;

    /// <summary>Whether there is a problem of any kind.</summary>
    public bool HasAny => _problems.Count > 0;

    /// <summary>Whether there is an error, not only warnings.</summary>
    public bool HasErrors => _wrong.Count > 0;

    /// <summary>Adds an error at the place of its path.</summary>
    public void Error(string path, string message) => Error(path, Locate(path), message);

    /// <summary>Adds an error at a place.</summary>
    public void Error(string path, Mark mark, string message)
    {
        if (_wrong.Add(path)) _problems.Add(new(ProblemSeverity.Error, path, message, mark));
    }

    /// <summary>Adds a warning at the place of its path.</summary>
    public void Warning(string path, string message) => Warning(path, Locate(path), message);

    /// <summary>Adds a warning at a place.</summary>
    public void Warning(string path, Mark mark, string message) => _problems.Add(new(ProblemSeverity.Warning, path, message, mark));

    /// <summary>Adds a warning about a field that is not known.</summary>
    public void Unknown(string path, Mark mark, string message) =>
        _problems.Add(new(ProblemSeverity.Warning, path, message, mark) { IsUnknownField = true });

    /// <summary>Remembers where a path stands in the text: the first place counts, the key before its value.</summary>
    public void Place(string path, Mark mark)
    {
        if (!probe && mark.Line > 0 && _places.Count < MaxPlaces) _places.TryAdd(path, mark);
    }

    /// <summary>Where a path stands, or the nearest parent of it that stands anywhere.</summary>
    public Mark Locate(string path)
    {
        for (; ; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (_places.TryGetValue(path, out var mark)) return mark;
            if (path.Length == 0) return Mark.None;
        }
    }

    /// <summary>Whether there is an error at a path or below it, so that what was made of it says nothing.</summary>
    public bool IsWrong(string path) => _wrong.Any(wrong => IsBelow(wrong, path));

    /// <summary>All problems in the order of the text.</summary>
    public ImmutableArray<ConfigProblem> ToSorted() =>
        [.. _problems.OrderBy(problem => problem.Mark.Line).ThenBy(problem => problem.Mark.Column)];

    private static bool IsBelow(string path, string parent) =>
        path.StartsWith(parent, StringComparison.Ordinal)
        && (parent.Length == 0 || path.Length == parent.Length || path[parent.Length] is '.' or '[');
}
