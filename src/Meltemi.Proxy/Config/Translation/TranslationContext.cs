using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec;
using Meltemi.Xds.Reading;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>What the translators of one configuration share.</summary>
public sealed class TranslationContext(ProblemList problems, CodecRegistry codecs)
{
    /// <summary>Receives everything that is wrong.</summary>
    public ProblemList Problems { get; } = problems;

    /// <summary>The protocols that are known.</summary>
    public CodecRegistry Codecs { get; } = codecs;

    /// <summary>What is translated came from a control plane, not from a file.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>Places that resources come from.</summary>
    internal List<SourceReference> SourceReferences { get; } = [];

    /// <summary>Static clusters that lead to control planes.</summary>
    internal List<ClusterReference> ServerReferences { get; } = [];

    /// <summary>Clusters that routes name.</summary>
    internal List<ClusterReference> ClusterReferences { get; } = [];

    /// <summary>Full name of the message in an Any; empty if there is none.</summary>
    internal static string TypeOf(Any? any) => any is null ? "" : AnyTypes.TypeName(any.TypeUrl);

    /// <summary>An Any with the message itself where a TypedStruct stands for it.</summary>
    internal Any? Resolve(Any? any, string path) => TypedStructs.Resolve(any, Problems, path);

    /// <summary>The message in an Any whose type is known to be the parser's.</summary>
    internal T Unpack<T>(Any any, MessageParser<T> parser, string path) where T : IMessage<T>, new()
    {
        try
        {
            return parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException e)
        {
            Problems.Error(path, $"the message is damaged: {e.Message}");
            return new T();
        }
    }
}

/// <summary>A place that a resource comes from, and where that is said.</summary>
internal sealed record SourceReference(string Path, SourceConfig Source);

/// <summary>A cluster that a route names.</summary>
/// <param name="Path">Where it does.</param>
/// <param name="Required">An unknown one is an error.</param>
internal sealed record ClusterReference(string Path, string Cluster, bool Required)
{
    /// <summary>What happens without it, unless it is an error.</summary>
    public string Consequence { get; init; } = "requests are answered with NC";
}
