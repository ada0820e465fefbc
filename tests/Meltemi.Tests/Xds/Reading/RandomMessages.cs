using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Rules;

namespace Meltemi.Tests.Xds.Reading;

/// <summary>Makes messages with random fields that keep their rules.</summary>
internal sealed class RandomMessages(int seed)
{
    private const string Letters = "abc xyz-_.:/#'\"\\{}[]&*!|>%@`,?\t\né😀";

    private readonly Random _random = new(seed);

    public IMessage Make(MessageDescriptor type, int depth = 6)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        var chosen = new Dictionary<OneofDescriptor, FieldDescriptor>();
        foreach (var oneof in type.Oneofs) chosen[oneof] = oneof.Fields[_random.Next(oneof.Fields.Count)];
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            var rules = field.GetOptions()?.GetExtension(RulesExtensions.Rules);
            var needed = rules is { Required: true };
            if (field.ContainingOneof is { } oneof)
            {
                needed = oneof.GetOptions()?.GetExtension(RulesExtensions.OneRequired) ?? false;
                if (chosen[oneof] != field || rules is { InsteadOf.Length: > 0 }) continue;
            }

            if (rules is { Later: true } || (!needed && (depth <= 0 || _random.Next(3) == 0))) continue;
            Set(message, field, rules, depth);
        }

        return message;
    }

    private void Set(IMessage message, FieldDescriptor field, FieldRules? rules, int depth)
    {
        var value = field.Accessor.GetValue(message);
        if (field.IsMap)
        {
            var (key, item) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
            ((System.Collections.IDictionary)value)[Scalar(key, new() { Required = true })] = Value(item, null, depth);
        }
        else if (field.IsRepeated)
        {
            for (var count = _random.Next(1, 3); count > 0; count--) ((System.Collections.IList)value).Add(Value(field, rules, depth));
        }
        else
        {
            field.Accessor.SetValue(message, Value(field, rules, depth));
        }
    }

    private object Value(FieldDescriptor field, FieldRules? rules, int depth)
    {
        if (field.FieldType != FieldType.Message) return Scalar(field, rules);
        switch (field.MessageType.FullName)
        {
            case "google.protobuf.Duration":
                return new Duration { Seconds = _random.Next(1, 100), Nanos = _random.Next(1000) * 1_000_000 };
            case "google.protobuf.Struct":
                return new Struct { Fields = { [Text(1)] = FreeValue(3), [Text(1)] = FreeValue(3) } };
            case "google.protobuf.Any":
                return Any.Pack(Make(Envoy.Extensions.Filters.Network.TcpProxy.V3.TcpProxy.Descriptor, depth - 1));
        }

        if (!field.MessageType.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal)) return Make(field.MessageType, depth - 1);
        // Wrappers are the plain values in the generated classes.
        return Scalar(field.MessageType.FindFieldByNumber(1), rules);
    }

    private Value FreeValue(int depth) => _random.Next(depth > 0 ? 6 : 4) switch
    {
        0 => Google.Protobuf.WellKnownTypes.Value.ForNull(),
        1 => Google.Protobuf.WellKnownTypes.Value.ForBool(_random.Next(2) == 0),
        2 => Google.Protobuf.WellKnownTypes.Value.ForNumber(Math.Round(_random.NextDouble() * 1e6 - 5e5, _random.Next(6))),
        3 => Google.Protobuf.WellKnownTypes.Value.ForString(Text(0)),
        4 => Google.Protobuf.WellKnownTypes.Value.ForList(FreeValue(depth - 1), FreeValue(depth - 1)),
        _ => Google.Protobuf.WellKnownTypes.Value.ForStruct(new Struct { Fields = { [Text(1)] = FreeValue(depth - 1) } }),
    };

    private object Scalar(FieldDescriptor field, FieldRules? rules) => field.FieldType switch
    {
        FieldType.String => Text(rules is { Required: true } ? 1 : 0),
        FieldType.Bytes => ByteString.CopyFromUtf8(Text(0)),
        FieldType.Bool => _random.Next(2) == 0,
        FieldType.Double => Math.Round(Number(rules) + _random.NextDouble() / 2, 4),
        FieldType.UInt32 => (uint)Number(rules),
        FieldType.UInt64 => (ulong)Number(rules),
        FieldType.Int64 => Number(rules) - 5,
        FieldType.Enum => field.EnumType.Values[_random.Next(field.EnumType.Values.Count)].Number,
        _ => throw new NotSupportedException(field.FullName),
    };

    private long Number(FieldRules? rules)
    {
        var least = rules is { HasMin: true } ? (long)rules.Min : 0;
        return _random.NextInt64(least, rules is { HasMax: true } ? (long)rules.Max : uint.MaxValue);
    }

    private string Text(int least)
    {
        var text = new char[_random.Next(least, 12)];
        for (var i = 0; i < text.Length; i++) text[i] = Letters[_random.Next(Letters.Length - 2)];
        return _random.Next(8) == 0 && text.Length > 0 ? "😀" : new string(text);
    }
}
