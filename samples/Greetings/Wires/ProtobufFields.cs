using Google.Protobuf;

namespace Greetings.Wires;

/// <summary>The fields of a small protobuf message by number: numbers, and texts, which may be messages themselves.</summary>
internal sealed class ProtobufFields
{
    private readonly MemoryStream _bytes = new();
    private readonly Dictionary<int, ByteString> _texts = [];
    private readonly Dictionary<int, ulong> _numbers = [];

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">It is none, or has fields of other types.</exception>
    public static ProtobufFields Read(ReadOnlySpan<byte> message)
    {
        var fields = new ProtobufFields();
        var input = new CodedInputStream(message.ToArray());
        try
        {
            while (input.ReadTag() is not 0 and var tag)
            {
                var number = WireFormat.GetTagFieldNumber(tag);
                if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) fields._texts[number] = input.ReadBytes();
                else if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint) fields._numbers[number] = input.ReadUInt64();
                else throw new InvalidDataException($"field {number} is neither number nor text");
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        return fields;
    }

    public ulong Number(int field) => _numbers.GetValueOrDefault(field);

    public string Text(int field) => _texts.GetValueOrDefault(field, ByteString.Empty).ToStringUtf8();

    /// <summary>Whether a message stands there; its fields.</summary>
    public ProtobufFields? Message(int field) => _texts.TryGetValue(field, out var bytes) ? Read(bytes.Span) : null;

    public ProtobufFields Add(int field, ulong number) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteUInt64(number);
    });

    public ProtobufFields Add(int field, string text) => Add(field, ByteString.CopyFromUtf8(text));

    public ProtobufFields Add(int field, ProtobufFields message) => Add(field, ByteString.CopyFrom(message.ToArray()));

    /// <summary>A map's only pair.</summary>
    public ProtobufFields AddPair(int field, string key, string value) => Add(field, new ProtobufFields().Add(1, key).Add(2, value));

    /// <summary>The value of a map's only pair; empty if it has another key.</summary>
    public string PairValue(int field, string key) => Message(field) is { } pair && pair.Text(1) == key ? pair.Text(2) : "";

    public byte[] ToArray() => _bytes.ToArray();

    private ProtobufFields Add(int field, ByteString bytes) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(bytes);
    });

    private ProtobufFields Write(Action<CodedOutputStream> write)
    {
        using var output = new CodedOutputStream(_bytes, leaveOpen: true);
        write(output);
        return this;
    }
}
