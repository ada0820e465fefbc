using System.Text.Json;
using Meltemi.Xds.Rules;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Yaml;
using Kind = Meltemi.Xds.Rules.Field.Types.Kind;

namespace Meltemi.Xds.Reading;

/// <summary>
/// Walks a node beside the schema of a message and writes the message's wire form. Going by way of the wire needs no reflection on
/// generated classes, and one walker serves every type.
/// </summary>
internal sealed class MessageReader(SchemaSet schemas, ProblemList problems, WireWriter output)
{
    /// <summary>Most values read; an alias can stand for many.</summary>
    private const int MaxValues = YamlText.MaxNodes;

    private readonly ScalarReader _scalars = new(schemas, problems, output);
    private readonly StructReader _structs = new(problems, output);
    private int _values;
    private int _ignored;

    /// <summary>What is read is a part of a message, to be merged into a whole one: nothing is missing in it.</summary>
    public bool Partial { get; init; }

    /// <summary>Reads the fields of a message.</summary>
    public void Read(MessageSchema schema, YamlNode node, string path, int depth = 0)
    {
        if (node.IsNull) return;
        if (node is not YamlMapping mapping)
        {
            problems.Error(path, node.Mark, $"expected an object with the fields of {ShortName(schema.FullName)}, found {node.Kind}");
            return;
        }

        if (depth > YamlText.MaxDepth)
        {
            problems.Error(path, node.Mark, $"nested deeper than {YamlText.MaxDepth} levels");
            return;
        }

        problems.Place(path, mapping.Mark);
        var present = new bool[schema.Fields.Length];
        var chosen = new FieldSchema?[schema.Oneofs.Length];
        foreach (var entry in mapping.Entries) ReadEntry(schema, mapping, entry, path, depth, present, chosen);
        if (!Partial) CheckMissing(schema, mapping, path, present, chosen);
    }

    private static string ShortName(string fullName) => fullName[(fullName.LastIndexOf('.') + 1)..];

    private string Join(string path, string name) => problems.IsProbe ? "" : path.Length == 0 ? name : $"{path}.{name}";

    private void ReadEntry(
        MessageSchema schema, YamlMapping mapping, YamlEntry entry, string path, int depth, bool[] present, FieldSchema?[] chosen)
    {
        if (entry.Key == "@type") return;
        if (schema.Find(entry.Key) is not { } field)
        {
            ReportUnknown(schema, entry, path);
            return;
        }

        if (entry.Value.IsNull && field.TypeName != "google.protobuf.Value") return;
        field = StandIn(schema, field, entry.Value);
        var fieldPath = Join(path, field.WrittenName);
        if (present[field.Position])
        {
            problems.Error(fieldPath, entry.Mark, $"'{field.Name}' is there twice, under two spellings");
            return;
        }

        present[field.Position] = true;
        if (field.OneofIndex >= 0)
        {
            if (chosen[field.OneofIndex] is { } other)
            {
                problems.Error(fieldPath, entry.Mark, $"'{field.Name}' and '{other.Name}' exclude each other");
                return;
            }

            chosen[field.OneofIndex] = field;
        }

        problems.Place(fieldPath, entry.Mark);
        var later = field.Rules is { Later: true };
        if (later && _ignored == 0) problems.Warning(fieldPath, entry.Mark, "not implemented yet, ignored");
        if (later) _ignored++;
        ReadField(field, entry.Value, fieldPath, mapping, depth);
        if (later) _ignored--;
    }

    private void ReportUnknown(MessageSchema schema, YamlEntry entry, string path)
    {
        if (_ignored > 0 || schema.IsOpen) return;
        var names = schema.Fields.Select(field => field.Name);
        var key = schemas.Dialect == Dialect.Envoy ? JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.Key) : entry.Key;
        var hint = Spelling.Hint(key, names);
        problems.Unknown(Join(path, entry.Key), entry.Mark, $"'{entry.Key}' is not implemented, ignored{hint}");
    }

    /// <summary>The field that takes a mapping written under another field's name (<see cref="FieldRules.InsteadOf"/>).</summary>
    private static FieldSchema StandIn(MessageSchema schema, FieldSchema field, YamlNode node)
    {
        if (node is not YamlMapping mapping || field.OneofIndex < 0) return field;
        foreach (var other in schema.Fields)
        {
            if (other.Rules is not { InsteadOf.Length: > 0 } rules || rules.InsteadOf != field.Name) continue;
            if (mapping.Find(rules.WhenKey) is not null) return other;
            if (mapping.Find(JsonNamingPolicy.CamelCase.ConvertName(rules.WhenKey)) is not null) return other;
        }

        return field;
    }

    private void CheckMissing(MessageSchema schema, YamlMapping mapping, string path, bool[] present, FieldSchema?[] chosen)
    {
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] is not null || !schema.Oneofs[i].Required) continue;
            var members = schema.Fields.Where(field => field.OneofIndex == i).Select(field => field.WrittenName).Distinct();
            var place = schemas.Dialect == Dialect.Envoy ? Join(path, schema.Oneofs[i].Name) : path;
            problems.Error(place, mapping.Mark, $"one of {string.Join(", ", members)} is needed");
        }

        foreach (var field in schema.Fields)
        {
            if (field.Rules is not { Required: true } || field.OneofIndex >= 0 || present[field.Position]) continue;
            problems.Error(Join(path, field.Name), mapping.Mark, $"'{field.Name}' is missing");
        }
    }

    private void ReadField(FieldSchema field, YamlNode node, string path, YamlMapping parent, int depth)
    {
        if (!field.Repeated)
        {
            ReadValue(field, node, path, parent, depth);
            return;
        }

        if (field.Type == Kind.Message
            && schemas.Message(field.TypeName) is { IsMapEntry: true } entry)
        {
            ReadMap(field, entry, node, path, depth);
            return;
        }

        if (node is not YamlSequence && schemas.Dialect == Dialect.Kubernetes)
        {
            problems.Error(path, node.Mark, $"expected a list, found {node.Kind}");
            return;
        }

        IReadOnlyList<YamlNode> items = node is YamlSequence list ? list.Items : [node];
        if (items.Count == 0 && field.Rules is { Required: true }) problems.Error(path, node.Mark, $"'{field.Name}' is empty");
        for (var i = 0; i < items.Count; i++)
        {
            var itemPath = problems.IsProbe ? "" : $"{path}[{i}]";
            problems.Place(itemPath, items[i].Mark);
            if (items[i].IsNull && field.TypeName != "google.protobuf.Value")
                problems.Error(itemPath, items[i].Mark, "a list has no empty places");
            else
                ReadValue(field, items[i], itemPath, parent, depth);
        }
    }

    private void ReadMap(FieldSchema field, MessageSchema entrySchema, YamlNode node, string path, int depth)
    {
        if (node is not YamlMapping mapping)
        {
            problems.Error(path, node.Mark, $"expected an object, found {node.Kind}");
            return;
        }

        var (key, value) = (entrySchema.Fields[0], entrySchema.Fields[1]);
        foreach (var entry in mapping.Entries)
        {
            var entryPath = problems.IsProbe ? "" : $"{path}[{entry.Key}]";
            problems.Place(entryPath, entry.Mark);
            var start = output.Begin(field.Number);
            var keyNode = new YamlScalar { Mark = entry.Mark, Text = entry.Key, Plain = key.Type != Kind.String };
            ReadValue(key, keyNode, entryPath, mapping, depth);
            ReadValue(value, entry.Value, entryPath, mapping, depth);
            output.End(start);
        }
    }

    private void ReadValue(FieldSchema field, YamlNode node, string path, YamlMapping parent, int depth)
    {
        if (++_values > MaxValues)
        {
            if (_values == MaxValues + 1) problems.Error("", node.Mark, $"more than {MaxValues} values");
            return;
        }

        if (field.Type != Kind.Message)
        {
            _scalars.Read(field, field.Rules, node, path);
            return;
        }

        switch (field.TypeName)
        {
            case "google.protobuf.Any":
                ReadAny(field, node, path, parent, depth);
                return;
            case "google.protobuf.Struct" or "google.protobuf.Value" or "google.protobuf.ListValue":
                _structs.Read(field, node, path);
                return;
            case "google.protobuf.Duration":
                _scalars.ReadDuration(field, node, path);
                return;
        }

        if (Wrappers.TryGetValue(field.TypeName, out var wrapped))
        {
            var wrapper = output.Begin(field.Number);
            if (node is YamlMapping { Entries: [{ Key: "value", Value: var inner }] }) node = inner;
            _scalars.Read(wrapped, field.Rules, node, path);
            output.End(wrapper);
            return;
        }

        var start = output.Begin(field.Number);
        Read(schemas.Message(field.TypeName)!, node, path, depth + 1);
        output.End(start);
    }

    /// <summary>The message in an Any; its content stays empty if nobody here knows the type, and whoever uses it says so.</summary>
    private void ReadAny(FieldSchema field, YamlNode node, string path, YamlMapping parent, int depth)
    {
        if (node is not YamlMapping mapping)
        {
            problems.Error(path, node.Mark, $"expected an object with @type, found {node.Kind}");
            return;
        }

        var url = TypeUrl(mapping, parent, path);
        if (url is null) return;
        var body = mapping;
        if (AnyTypes.IsTypedStruct(url))
        {
            url = (mapping.Find("type_url") ?? mapping.Find("typeUrl")) is YamlScalar { IsNull: false } inner ? inner.Text : null;
            if (url is null)
            {
                problems.Error(path, mapping.Mark, "a TypedStruct needs a type_url");
                return;
            }

            body = mapping.Find("value") as YamlMapping ?? new YamlMapping { Mark = mapping.Mark, Entries = [] };
        }

        var start = output.Begin(field.Number);
        output.Text(1, url);
        if (schemas.Message(AnyTypes.TypeName(url)) is { } schema)
        {
            var content = output.Begin(2);
            Read(schema, body, path, depth + 1);
            output.End(content);
        }

        output.End(start);
    }

    private string? TypeUrl(YamlMapping mapping, YamlMapping parent, string path)
    {
        if (mapping.Find("@type") is { IsNull: false } node)
        {
            if (node is YamlScalar text) return text.Text;
            problems.Error(path, node.Mark, $"@type must be a type URL, not {node.Kind}");
            return null;
        }

        if (parent.Find("name") is YamlScalar name && AnyTypes.ByExtensionName(name.Text) is { } known) return known;
        problems.Error(path, mapping.Mark, "@type is missing");
        return null;
    }

    private static readonly Dictionary<string, FieldSchema> Wrappers = new(StringComparer.Ordinal)
    {
        ["google.protobuf.BoolValue"] = Wrapped(Kind.Bool),
        ["google.protobuf.UInt32Value"] = Wrapped(Kind.Uint32),
        ["google.protobuf.UInt64Value"] = Wrapped(Kind.Uint64),
        ["google.protobuf.Int32Value"] = Wrapped(Kind.Int32),
        ["google.protobuf.Int64Value"] = Wrapped(Kind.Int64),
        ["google.protobuf.DoubleValue"] = Wrapped(Kind.Double),
        ["google.protobuf.FloatValue"] = Wrapped(Kind.Float),
        ["google.protobuf.StringValue"] = Wrapped(Kind.String),
        ["google.protobuf.BytesValue"] = Wrapped(Kind.Bytes),
    };

    private static FieldSchema Wrapped(Kind type) =>
        new(new Field { Name = "value", Number = 1, Type = type }, 0, Dialect.Envoy);
}
