using System.Collections.Immutable;
using System.Text;
using Meltemi.ControlPlane.Stores.Table;
using Meltemi.Resources;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>
/// From a file's text to its resources. Each document stands for itself: good ones count, and for a broken one that resource stays which it held before. As long as it
/// cannot be told which that is, everything stays that the file held.
/// </summary>
internal sealed class FileParser(StoreLimits limits, JournalState remembered)
{
    private const int MaxProblems = 20;

    /// <summary>Reads a text.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="text">The text.</param>
    /// <param name="before">What the file held before; documents whose text did not change are not parsed again.</param>
    /// <param name="look">Number of the look.</param>
    public (ImmutableArray<SourceDocument> Documents, ImmutableArray<string> Problems) Parse(
        string path, string text, ImmutableArray<SourceDocument> before, long look)
    {
        var parse = new Run(limits, before, key => remembered.Source(key) == path ? 0 : look);
        foreach (var part in YamlStream.Split(text)) parse.Read(part);
        return parse.Result();
    }

    private sealed class Run
    {
        private readonly StoreLimits _limits;
        private readonly Func<ResourceKey, long> _firstSeen;
        private readonly Dictionary<ResourceKey, SourceDocument> _old = [];
        private readonly ILookup<UInt128, SourceDocument> _sameText;
        private readonly Dictionary<ResourceKey, SourceDocument> _documents = [];
        private readonly List<(ResourceKind? Kind, string Name)> _broken = [];
        private readonly List<string> _problems = [];
        private int _parts;

        public Run(StoreLimits limits, ImmutableArray<SourceDocument> before, Func<ResourceKey, long> firstSeen)
        {
            _limits = limits;
            _firstSeen = firstSeen;
            foreach (var document in before) _old[document.Key] = document;
            _sameText = before.Where(document => !document.Kept).ToLookup(document => document.Hash);
        }

        public void Read(YamlPart part)
        {
            var hash = FileReader.Hash(Encoding.UTF8.GetBytes(part.Text));
            var (slice, line) = (_parts++, part.LinesBefore + 1);
            if (_sameText[hash].ToArray() is { Length: > 0 } same)
            {
                foreach (var known in same) Add(known.Resource, hash, slice, line);
                return;
            }

            foreach (var parsed in ResourceText.Parse(part))
            {
                foreach (var problem in parsed.Problems)
                {
                    if (problem.Severity == ProblemSeverity.Error) Report(problem.ToString());
                }

                if (parsed.Resource is null)
                    _broken.Add((parsed.Kind, parsed.Name));
                else if (parsed.Resource.Json.Length > _limits.MaxResourceBytes)
                    Refuse(parsed.Resource, line, WriteRules.TooLarge(parsed.Resource, _limits));
                else
                    Add(parsed.Resource, hash, slice, line);
            }
        }

        public (ImmutableArray<SourceDocument> Documents, ImmutableArray<string> Problems) Result()
        {
            foreach (var (key, document) in _old)
            {
                if (!_documents.ContainsKey(key) && _broken.Exists(broken => MayBe(broken, key))) _documents[key] = document with { Kept = true };
            }

            if (_problems.Count > MaxProblems) _problems[MaxProblems - 1] = $"and {_problems.Count - MaxProblems + 1} more problems";
            return ([.. _documents.Values], [.. _problems.Take(MaxProblems)]);
        }

        private void Add(Resource resource, UInt128 hash, int slice, int line)
        {
            var old = _old.GetValueOrDefault(resource.Key);
            var document = new SourceDocument(resource, hash, slice, line, old?.Seen ?? _firstSeen(resource.Key));
            if (!_documents.TryAdd(resource.Key, document))
                Report($"{line}: {resource.Key} stands in line {_documents[resource.Key].Line} already, and that one counts: remove one of the two");
        }

        private void Refuse(Resource resource, int line, string why)
        {
            Report($"{line}: {why}");
            _broken.Add((resource.Kind, Named(resource.Key)));
        }

        private void Report(string problem) => _problems.Add(problem);

        // Without a kind it is not known either whether there is a namespace: then one is filled in.
        private static bool MayBe((ResourceKind? Kind, string Name) broken, ResourceKey key)
        {
            if (broken.Name.Length == 0 || broken.Name.EndsWith('/')) return broken.Kind is null || broken.Kind.Equals(key.Kind);
            return broken.Kind is null ? broken.Name.EndsWith($"/{key.Name}", StringComparison.Ordinal) : (broken.Kind, broken.Name) == (key.Kind, Named(key));
        }

        private static string Named(ResourceKey key) => key.Namespace.Length == 0 ? key.Name : $"{key.Namespace}/{key.Name}";
    }
}
