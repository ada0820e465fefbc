using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Declarative.V1;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.Codec.Declarative;

/// <summary>Reads the description of a protocol: a text with its fields, or an ApplicationProtocol resource that has them as its <c>config</c>.</summary>
public static class Description
{
    /// <summary>Name of the codec whose config a description is.</summary>
    public const string CodecName = "meltemi.codec.declarative";

    /// <summary>Full name of the message.</summary>
    public const string MessageType = "meltemi.codec.declarative.v1.Protocol";

    private const string ResourceKind = "ApplicationProtocol";

    /// <summary>Reads YAML or JSON. What could be read is returned even if there are errors.</summary>
    public static Protocol Read(string text, ProblemList problems)
    {
        try
        {
            if (YamlText.Parse(text) is { IsNull: false } root) return Read(root, problems);
            problems.Error("", "there is nothing in it");
        }
        catch (YamlSyntaxException e)
        {
            problems.Error("", e.Mark, e.Message);
        }

        return new();
    }

    /// <summary>Reads a node, at a path that is put before all paths of problems.</summary>
    public static Protocol Read(YamlNode node, ProblemList problems, string path = "")
    {
        if (node is YamlMapping mapping && (mapping.Find("kind") as YamlScalar)?.Text == ResourceKind)
        {
            var spec = mapping.Find("spec") as YamlMapping;
            foreach (var name in (string[])["config", "codecConfig"])
            {
                if (spec?.Find(name) is { IsNull: false } config) return Read(config, problems, $"spec.{name}");
            }

            problems.Error("spec.config", mapping.Mark, "the ApplicationProtocol has no 'config' that describes the protocol");
            return new();
        }

        return ResourceReader.Read(node, MessageType, Protocol.Parser, problems, path);
    }

    /// <summary>Reads what a resource has as free fields.</summary>
    public static Protocol Read(Struct config, ProblemList problems, string path)
    {
        // The nodes have no places in a text, but their paths may have.
        var found = new ProblemList();
        var protocol = Read(TypedStructs.ToNode(Value.ForStruct(config)), found, path);
        foreach (var problem in found.ToSorted())
        {
            if (problem.Severity == ProblemSeverity.Error) problems.Error(problem.Path, problem.Message);
            else problems.Warning(problem.Path, problem.Message);
        }

        return protocol;
    }
}
