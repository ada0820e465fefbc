using Meltemi.Codec.Declarative.Layouts;
using Type = Meltemi.Xds.Declarative.V1.Attribute.Types.Type;

namespace Meltemi.Codec.Declarative.Attributes;

/// <summary>An attribute that a description names, or all parts of a field under their own keys.</summary>
internal sealed class AttributeSpec
{
    /// <summary>Empty: all parts of <see cref="From"/>.</summary>
    public required string Name { get; init; }

    public required byte[] Utf8 { get; init; }

    /// <summary>The first that is there counts.</summary>
    public required FieldPath[] From { get; init; }

    public Type Type { get; init; }

    /// <summary>Texts for values, by number and by text.</summary>
    public IReadOnlyDictionary<long, byte[]> NumberNames { get; init; } = new Dictionary<long, byte[]>();

    public (byte[] Value, byte[] Name)[] TextNames { get; init; } = [];

    public byte[] Before { get; init; } = [];

    public long? Above { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>Numbers in bytes have their lowest byte first.</summary>
    public bool LittleEndian { get; init; }

    public bool IsAll => Name.Length == 0;

    /// <summary>Whether the value is just what stands at the path.</summary>
    public bool IsPlain => Type is Type.AsItIs or Type.Text && NumberNames.Count == 0 && TextNames.Length == 0 && Before.Length == 0 && Above is null;
}
