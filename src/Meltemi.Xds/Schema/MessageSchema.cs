using Meltemi.Xds.Rules;

namespace Meltemi.Xds.Schema;

/// <summary>A message type.</summary>
public sealed class MessageSchema
{
    private readonly Dictionary<string, FieldSchema> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, FieldSchema> _byNumber = [];

    internal MessageSchema(string fullName, MessageType proto, Dialect dialect)
    {
        FullName = fullName;
        IsMapEntry = proto.Options?.MapEntry ?? false;
        IsOpen = proto.Options?.Open ?? false;
        Fields = new FieldSchema[proto.Field.Count];
        Oneofs = proto.OneofDecl.Select(oneof => new OneofSchema(oneof.Name, oneof.Options?.OneRequired ?? false)).ToArray();
        for (var i = 0; i < Fields.Length; i++)
        {
            var field = new FieldSchema(proto.Field[i], i, dialect);
            Fields[i] = field;
            _byName[field.Name] = field;
            _byNumber[field.Number] = field;
            if (dialect == Dialect.Envoy) _byName[proto.Field[i].JsonName] = field;
            if (field.Rules is { Also.Length: > 0 } rules) _byName[rules.Also] = field;
        }
    }

    /// <summary>Name with package, such as <c>envoy.config.core.v3.Node</c>.</summary>
    public string FullName { get; }

    /// <summary>Whether this is the key and value of a map.</summary>
    public bool IsMapEntry { get; }

    /// <summary>Whether it has more fields than those listed.</summary>
    public bool IsOpen { get; }

    /// <summary>Fields in the order of the proto.</summary>
    public IReadOnlyList<FieldSchema> FieldList => Fields;

    internal FieldSchema[] Fields { get; }

    internal OneofSchema[] Oneofs { get; }

    /// <summary>The field of a number; null if there is none.</summary>
    public FieldSchema? Find(int number) => _byNumber.GetValueOrDefault(number);

    /// <summary>The field of a name as the dialect writes it, or of its second name; null if there is none.</summary>
    public FieldSchema? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>Fields of which at most one is set.</summary>
internal sealed record OneofSchema(string Name, bool Required);
