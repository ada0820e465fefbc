using System.Text;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Rules;
using Meltemi.Xds.Schema;
using Kind = Meltemi.Xds.Rules.Field.Types.Kind;

namespace Meltemi.Xds.Reading;

/// <summary>
/// Holds a message that came in wire form to the rules that <see cref="MessageReader"/> holds texts to: what is required, which bounds numbers have,
/// which numbers an enum has. Fields that are not known are left alone: the sender may be newer, or mean somebody else.
/// </summary>
public static class WireChecker
{
    // As deep as the generated parsers go.
    private const int MaxDepth = 100;

    /// <summary>Checks a message; problems get the paths of their fields, with <paramref name="path"/> in front.</summary>
    /// <param name="type">Full name of its type.</param>
    public static void Check(string type, ReadOnlySpan<byte> message, ProblemList problems, string path = "")
    {
        var schema = SchemaSet.Default.Message(type) ?? throw new ArgumentException($"no message type {type}", nameof(type));

        // Nearly all messages are as they should be: paths are put together in a second pass, if there is something to say.
        var first = new Findings(null);
        Check(schema, message, first, path, 0);
        if (first.Any) Check(schema, message, new Findings(problems), path, 0);
    }

    private static void Check(MessageSchema schema, ReadOnlySpan<byte> message, Findings problems, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            problems.Error(path, $"nested deeper than {MaxDepth} levels");
            return;
        }

        Span<int> counts = stackalloc int[64];
        counts = schema.Fields.Length <= counts.Length ? counts[..schema.Fields.Length] : new int[schema.Fields.Length];
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (schema.Find(reader.FieldNumber) is not { } field || field.Rules is { Later: true }) continue;
            var index = counts[field.Position]++;
            var fieldPath = problems.WantsPaths ? PathOf(field, index, reader.Bytes, path) : "";
            CheckField(field, reader, problems, fieldPath, depth);
        }

        if (reader.IsBroken) problems.Error(path, $"the message is damaged: no valid {schema.FullName}");
        else CheckMissing(schema, counts, problems, path);
    }

    private static void CheckMissing(MessageSchema schema, ReadOnlySpan<int> counts, Findings problems, string path)
    {
        for (var i = 0; i < schema.Oneofs.Length; i++)
        {
            if (!schema.Oneofs[i].Required || IsSet(schema, i, counts)) continue;
            var members = schema.Fields.Where(field => field.OneofIndex == i).Select(field => field.WrittenName).Distinct();
            problems.Error(Join(path, schema.Oneofs[i].Name), $"one of {string.Join(", ", members)} is needed");
        }

        foreach (var field in schema.Fields)
        {
            if (field.Rules is { Required: true } && field.OneofIndex < 0 && counts[field.Position] == 0)
                problems.Error(Join(path, field.Name), $"'{field.Name}' is missing");
        }
    }

    private static bool IsSet(MessageSchema schema, int oneof, ReadOnlySpan<int> counts)
    {
        foreach (var field in schema.Fields)
        {
            if (field.OneofIndex == oneof && counts[field.Position] > 0) return true;
        }

        return false;
    }

    private static void CheckField(FieldSchema field, WireReader reader, Findings problems, string path, int depth)
    {
        switch (field.Type)
        {
            case Kind.Enum:
                if (reader.IsNumber && !SchemaSet.Default.Enum(field.TypeName).Has((int)reader.Number))
                    problems.Error(path, $"expected one of {string.Join(", ", SchemaSet.Default.Enum(field.TypeName).Names)}, found {(int)reader.Number}");
                break;
            case Kind.Message:
                CheckMessage(field, reader.Bytes, problems, path, depth);
                break;
            case Kind.String or Kind.Bytes or Kind.Bool:
                break;
            default:
                if (reader.IsNumber) Report(problems, path, RangeRule.Complaint(field.Rules, ToDouble(field.Type, reader.Number)));
                break;
        }
    }

    private static void CheckMessage(FieldSchema field, ReadOnlySpan<byte> bytes, Findings problems, string path, int depth)
    {
        var shape = field.Shape;
        switch (shape.Form)
        {
            case MessageForm.Message:
                Check(shape.Message!, bytes, problems, path, depth + 1);
                break;
            case MessageForm.Any:
                CheckAny(bytes, problems, path, depth);
                break;
            case MessageForm.Duration when field.Rules is not null:
                Report(problems, path, RangeRule.Complaint(field.Rules, Seconds(bytes), " s"));
                break;
            case MessageForm.Wrapper when field.Rules is not null:
                Report(problems, path, RangeRule.Complaint(field.Rules, ToDouble(shape.Wrapped, First(bytes))));
                break;
        }
    }

    // A TypedStruct is checked when it becomes the message that it stands for.
    private static void CheckAny(ReadOnlySpan<byte> bytes, Findings problems, string path, int depth)
    {
        var url = "";
        ReadOnlySpan<byte> value = default;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader.FieldNumber == Any.TypeUrlFieldNumber) url = Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.FieldNumber == Any.ValueFieldNumber) value = reader.Bytes;
        }

        if (AnyTypes.IsTypedStruct(url)) return;
        if (SchemaSet.Default.Message(AnyTypes.TypeName(url)) is { } schema) Check(schema, value, problems, path, depth + 1);
    }

    private static void Report(Findings problems, string path, string? complaint)
    {
        if (complaint is not null) problems.Error(path, complaint);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string PathOf(FieldSchema field, int index, ReadOnlySpan<byte> bytes, string parent)
    {
        var path = Join(parent, field.WrittenName);
        if (!field.Repeated) return path;
        if (field.Type != Kind.Message || field.Shape.Message is not { IsMapEntry: true }) return $"{path}[{index}]";
        var reader = new WireReader(bytes);
        var key = "";
        while (reader.Next())
        {
            if (reader.FieldNumber == 1) key = reader.IsNumber ? $"{reader.Number}" : Encoding.UTF8.GetString(reader.Bytes);
        }

        return $"{path}[{key}]";
    }

    private static double Seconds(ReadOnlySpan<byte> duration)
    {
        var seconds = 0.0;
        var reader = new WireReader(duration);
        while (reader.Next()) seconds += reader.FieldNumber == Duration.SecondsFieldNumber ? (long)reader.Number : (int)reader.Number / 1e9;
        return seconds;
    }

    private static ulong First(ReadOnlySpan<byte> wrapper)
    {
        var reader = new WireReader(wrapper);
        return reader.Next() ? reader.Number : 0;
    }

    private static double ToDouble(Kind type, ulong bits) => type switch
    {
        Kind.Double => BitConverter.UInt64BitsToDouble(bits),
        Kind.Float => BitConverter.UInt32BitsToSingle((uint)bits),
        Kind.Int32 => (int)bits,
        Kind.Int64 => (long)bits,
        _ => bits,
    };

    /// <summary>Where problems go, if only that there are any.</summary>
    private sealed class Findings(ProblemList? problems)
    {
        public bool Any { get; private set; }

        public bool WantsPaths => problems is not null;

        public void Error(string path, string message)
        {
            Any = true;
            problems?.Error(path, message);
        }
    }
}
