using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores.Files.Disk;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Stores.Files;

/// <summary>What is known about a file.</summary>
internal sealed record SourceFile(string Path)
{
    /// <summary>Unchanged means unchanged content; null: read it again at the next look.</summary>
    public FileStamp? Stamp { get; init; }

    /// <summary>Of the whole content; null: it could not be read.</summary>
    public UInt128? Hash { get; init; }

    /// <summary>What it holds, and what it held where it is broken now.</summary>
    public ImmutableArray<SourceDocument> Documents { get; init; } = [];

    /// <summary>What is wrong with it.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>When it was first found to be gone or empty (<see cref="TimeProvider.GetTimestamp"/>); null: it is there.</summary>
    public long? Missing { get; init; }
}

/// <summary>A resource in a file.</summary>
/// <param name="Resource">As read, without what the store says about it.</param>
/// <param name="Hash">Of the document's text.</param>
/// <param name="Slice">Index of the document among those of the file.</param>
/// <param name="Line">First line of the document.</param>
/// <param name="Seen">When it was first seen there, as the number of the look: of several claims to a key the oldest wins.</param>
/// <param name="Kept">It is not in the file any more, but stays in force because the file is broken.</param>
internal sealed record SourceDocument(Resource Resource, UInt128 Hash, int Slice, int Line, long Seen, bool Kept = false)
{
    /// <summary>Its key.</summary>
    public ResourceKey Key => Resource.Key;
}

/// <summary>A resource in a file, with its file.</summary>
internal sealed record SourceClaim(SourceFile File, SourceDocument Document)
{
    /// <summary><c>file:line</c>.</summary>
    public string Place => $"{File.Path}:{Document.Line}";
}
