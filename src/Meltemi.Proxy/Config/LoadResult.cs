using System.Collections.Immutable;
using Meltemi.Xds.Reading;

namespace Meltemi.Proxy.Config;

/// <summary>What became of a configuration.</summary>
/// <param name="Config">The configuration; null if there is an error among the problems.</param>
/// <param name="Problems">Everything that is wrong or without effect, in the order of the text.</param>
public sealed record LoadResult(ProxyConfig? Config, ImmutableArray<ConfigProblem> Problems);
