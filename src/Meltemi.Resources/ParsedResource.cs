using System.Collections.Immutable;
using Meltemi.Xds.Reading;

namespace Meltemi.Resources;

/// <summary>What became of one document of a text.</summary>
/// <param name="Resource">The resource; null if there is an error among the problems.</param>
/// <param name="Problems">All that is wrong or without effect: structure, then the rules of the kind; paths begin at the object.</param>
/// <param name="Kind">Its kind as far as it could be told.</param>
/// <param name="Name"><c>namespace/name</c> or <c>name</c> as far as it could be told; for messages.</param>
public sealed record ParsedResource(Resource? Resource, ImmutableArray<ConfigProblem> Problems, ResourceKind? Kind, string Name);
