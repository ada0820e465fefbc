using Meltemi.Xds.Rules;

namespace Meltemi.Xds.Schema;

/// <summary>A field of a message, as far as reading text needs to know it.</summary>
public sealed class FieldSchema
{
    private FieldShape? _shape;

    internal FieldSchema(Field proto, int position, Dialect dialect)
    {
        Position = position;
        Name = dialect == Dialect.Kubernetes ? proto.JsonName : proto.Name;
        Number = proto.Number;
        Type = proto.Type;
        TypeName = proto.TypeName.TrimStart('.');
        Repeated = proto.Label == Field.Types.Label.Repeated;
        OneofIndex = proto.HasOneofIndex && !proto.Proto3Optional ? proto.OneofIndex : -1;
        Rules = proto.Options?.Rules;
    }

    /// <summary>Place in the message's list of fields.</summary>
    public int Position { get; }

    /// <summary>Name as people write it: <c>snake_case</c>, or <c>camelCase</c> for Kubernetes.</summary>
    public string Name { get; }

    /// <summary>
    /// Name under which people write it: another field's, if this one stands in for that (<see cref="FieldRules.InsteadOf"/>).
    /// </summary>
    public string WrittenName => Rules is { InsteadOf.Length: > 0 } rules ? rules.InsteadOf : Name;

    /// <summary>Number on the wire.</summary>
    public int Number { get; }

    /// <summary>Kind of value.</summary>
    public Field.Types.Kind Type { get; }

    /// <summary>Full name of the message or enum; empty for scalars.</summary>
    public string TypeName { get; }

    /// <summary>A list or a map.</summary>
    public bool Repeated { get; }

    /// <summary>Index of its oneof; -1: none.</summary>
    public int OneofIndex { get; }

    /// <summary>Of a message: what it is.</summary>
    internal FieldShape Shape => _shape ??= FieldShape.Of(this, SchemaSet.Default);

    /// <summary>What its value must be like; null: anything.</summary>
    public FieldRules? Rules { get; }
}
