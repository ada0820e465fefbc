using System.Collections.Immutable;
using Meltemi.Xds.Reading;

namespace Meltemi.RateLimit.Rules;

/// <summary>The limits in the YAML files of a folder.</summary>
/// <param name="Rules">Null: there are errors.</param>
/// <param name="Problems">What is wrong, by file.</param>
public sealed record RuleFiles(RuleSet? Rules, ImmutableArray<(string File, ConfigProblem Problem)> Problems)
{
    /// <summary>The files' names and texts, in order. A folder of Kubernetes' ConfigMaps shows each once: what begins with a dot is not looked at.</summary>
    /// <exception cref="IOException">The folder, or a file in it, cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static ImmutableArray<(string File, string Text)> Texts(string directory) =>
    [
        .. Directory.EnumerateFiles(directory)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" && !Path.GetFileName(file).StartsWith('.'))
            .Order(StringComparer.Ordinal)
            .Select(file => (file, File.ReadAllText(file))),
    ];

    /// <summary>Reads them all.</summary>
    /// <param name="texts">What <see cref="Texts"/> gave.</param>
    /// <param name="slidingByDefault">What a limit is that does not say.</param>
    public static RuleFiles Read(ImmutableArray<(string File, string Text)> texts, bool slidingByDefault = false)
    {
        var domains = new Dictionary<string, RuleNode>(StringComparer.Ordinal);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var found = ImmutableArray.CreateBuilder<(string, ConfigProblem)>();
        var usable = true;
        foreach (var (file, text) in texts)
        {
            var problems = new ProblemList();
            var (domain, root) = RuleReader.Read(text, slidingByDefault, problems);
            if (domain.Length > 0 && !domains.TryAdd(domain, root))
                problems.Error("domain", $"the domain '{domain}' is already in {files[domain]}");
            files.TryAdd(domain, file);
            usable &= !problems.HasErrors;
            found.AddRange(problems.ToSorted().Where(problem => !problem.IsUnknownField).Select(problem => (file, problem)));
        }

        return new(usable ? new RuleSet(domains) : null, found.ToImmutable());
    }
}
