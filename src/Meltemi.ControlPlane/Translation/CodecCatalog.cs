using System.Collections.Concurrent;
using Meltemi.Codec;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Translation;

/// <summary>
/// What is known about the protocols: the codecs of this program, and the names that ApplicationProtocols give them. A codec that only the
/// proxies have (a plug-in of theirs) is not known here, and what would need it is not checked. Safe from any thread.
/// </summary>
public sealed class CodecCatalog(CodecRegistry registry)
{
    private const string AerakiPrefix = "aeraki.meta_protocol.codec.";

    private readonly ConcurrentDictionary<string, CodecInfo?> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is known about an application protocol; null: nothing.</summary>
    public CodecInfo? Find(string application, MeshView view) => Find(application, new ProtocolTable(view.OfKind(ResourceKinds.ApplicationProtocol, "")));

    /// <summary>The same, with the protocols of the mesh at hand.</summary>
    internal CodecInfo? Find(string application, ProtocolTable protocols)
    {
        if (protocols.Declaration(application) is { } resource && CodecConfigs.Describes(resource)) return CodecConfigs.Info(resource);
        return _known.GetOrAdd(Bare(protocols.Describe(application).Codec.Name), Create);
    }

    private static string Bare(string codec) =>
        codec.StartsWith(AerakiPrefix, StringComparison.Ordinal) ? codec[AerakiPrefix.Length..] : codec;

    private CodecInfo? Create(string codec) => registry.Find(codec)?.Create(new CodecOptions()).Info;
}
