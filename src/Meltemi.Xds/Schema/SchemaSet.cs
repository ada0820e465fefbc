using System.Collections.Concurrent;
using System.Reflection;
using Meltemi.Xds.Rules;

namespace Meltemi.Xds.Schema;

/// <summary>
/// The types of a folder of protos by full name, read from the descriptor set embedded in their assembly. Types become schemas when first
/// asked for; the generated classes' own descriptors are never touched, since building them (with their reflection accessors) would
/// dominate start-up.
/// </summary>
public sealed class SchemaSet
{
    private static readonly Lazy<SchemaSet> Shared = new(() => Embedded(typeof(FieldRules).Assembly, Dialect.Envoy));

    private readonly Dictionary<string, MessageType> _messageProtos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EnumType> _enumProtos = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MessageSchema> _messages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EnumSchema> _enums = new(StringComparer.Ordinal);

    private SchemaSet(FileSet files, Dialect dialect)
    {
        Dialect = dialect;
        foreach (var file in files.File)
        {
            foreach (var message in file.MessageType) Add(file.Package, message);
            foreach (var type in file.EnumType) _enumProtos[$"{file.Package}.{type.Name}"] = type;
        }
    }

    /// <summary>The types of xDS that this program was built with.</summary>
    public static SchemaSet Default => Shared.Value;

    /// <summary>How their texts are written.</summary>
    public Dialect Dialect { get; }

    /// <summary>Full names of all message types.</summary>
    public IReadOnlyCollection<string> MessageNames => _messageProtos.Keys;

    /// <summary>The message type of a full name; null if it is not known.</summary>
    public MessageSchema? Message(string fullName)
    {
        if (_messages.TryGetValue(fullName, out var known)) return known;
        if (!_messageProtos.TryGetValue(fullName, out var proto)) return null;
        return _messages.GetOrAdd(fullName, new MessageSchema(fullName, proto, Dialect));
    }

    /// <summary>The enum type of a full name, which must be known.</summary>
    public EnumSchema Enum(string fullName) => _enums.GetOrAdd(fullName, name => new EnumSchema(_enumProtos[name]));

    /// <summary>The types whose descriptor set is embedded in an assembly as <c>schema.pb</c>.</summary>
    public static SchemaSet Embedded(Assembly assembly, Dialect dialect)
    {
        using var stream = assembly.GetManifestResourceStream("schema.pb")!;
        return new SchemaSet(FileSet.Parser.ParseFrom(stream), dialect);
    }

    private void Add(string scope, MessageType message)
    {
        var name = $"{scope}.{message.Name}";
        _messageProtos[name] = message;
        foreach (var nested in message.NestedType) Add(name, nested);
        foreach (var type in message.EnumType) _enumProtos[$"{name}.{type.Name}"] = type;
    }
}
