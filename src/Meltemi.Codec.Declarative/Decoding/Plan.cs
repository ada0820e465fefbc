using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>A description, compiled to what decoding needs.</summary>
internal sealed class Plan
{
    public required string Name { get; init; }

    public required LayoutField[] Fields { get; init; }

    public required Head Head { get; init; }

    public required Tail Tail { get; init; }

    public required int MaxFrameBytes { get; init; }

    /// <summary>Ends every message; empty: lengths do.</summary>
    public byte[] Delimiter { get; init; } = [];

    /// <summary>The fields by which kinds are told, for people.</summary>
    public int[] Deciding { get; init; } = [];

    /// <summary>Where the length of the message stands; null: nowhere.</summary>
    public LengthRule? Length { get; init; }

    /// <summary>Index of the first field behind the head.</summary>
    public required int HeadCount { get; init; }

    /// <summary>The fields behind the head have to be walked to tell what a message is.</summary>
    public required bool NeedsWalk { get; init; }

    /// <summary>The id; null: there is none.</summary>
    public FieldPath? Id { get; init; }

    public ulong MaxId { get; init; }

    public FieldPath? Variant { get; init; }

    public StatusMap? Status { get; init; }

    /// <summary>Fields that a request hands to its answer as a note, and how many bits each takes there.</summary>
    public (FieldPath Path, int Bits)[] Memo { get; init; } = [];

    /// <summary>How sure the constants of the head make that a message is of this protocol.</summary>
    public Certainty Certainty { get; init; }

    /// <summary>Field that a request hands to its answer as bytes; null: none.</summary>
    public FieldPath? Kept { get; init; }
}
