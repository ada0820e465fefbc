using Google.Protobuf;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Yaml;

namespace Meltemi.Xds.Reading;

/// <summary>
/// Reads a message of <c>Protos/</c> from YAML or JSON in protobuf's JSON form, and reports everything that is wrong with it, not only the
/// first thing. What could be read is returned even then, so that later checks can add what they find.
/// <para>Names may be snake_case or camelCase; one value may stand where a list is meant; what is unknown is a warning, since the
/// message is a subset of what others know.</para>
/// </summary>
public static class ResourceReader
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="type">Full name of the message type, such as <c>envoy.config.bootstrap.v3.Bootstrap</c>.</param>
    /// <param name="parser">Its parser.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static T Read<T>(string text, string type, MessageParser<T> parser, ProblemList problems) where T : IMessage<T>
    {
        try
        {
            if (YamlText.Parse(text) is { IsNull: false } root) return Read(root, type, parser, problems);
            problems.Error("", "there is nothing in it");
        }
        catch (YamlSyntaxException e)
        {
            problems.Error("", e.Mark, e.Message);
        }

        return parser.ParseFrom(ByteString.Empty);
    }

    /// <summary>Reads a node, at a path that is put before all paths of problems.</summary>
    public static T Read<T>(YamlNode node, string type, MessageParser<T> parser, ProblemList problems, string path = "")
        where T : IMessage<T>
    {
        return parser.ParseFrom(ToWire(SchemaSet.Default, node, type, problems, path).Span);
    }

    /// <summary>Reads a node as a message of any set, and answers its wire form.</summary>
    /// <param name="partial">It is a part of a message, to be merged into a whole one: what is required need not be there.</param>
    public static ReadOnlyMemory<byte> ToWire(
        SchemaSet schemas, YamlNode node, string type, ProblemList problems, string path, bool partial = false)
    {
        var schema = schemas.Message(type) ?? throw new ArgumentException($"no message type {type}", nameof(type));
        var output = new WireWriter();
        new MessageReader(schemas, problems, output) { Partial = partial }.Read(schema, node, path);
        return output.Written;
    }
}
