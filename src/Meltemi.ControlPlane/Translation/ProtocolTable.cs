using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec;
using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Xds.Config.V1;
using Declared = Meltemi.Resources.Aeraki.ApplicationProtocol;
using MetaCodec = Aeraki.MetaProtocolProxy.V1Alpha.Codec;
using MetaProtocol = Aeraki.MetaProtocolProxy.V1Alpha.ApplicationProtocol;

namespace Meltemi.ControlPlane.Translation;

/// <summary>The application protocols of the mesh: those built in, and those that ApplicationProtocol resources declare.</summary>
internal sealed class ProtocolTable
{
    private const string CodecPrefix = "aeraki.meta_protocol.codec.";

    private static readonly string[] BuiltIn = ["bolt", "brpc", "dubbo", "tars", "thrift", "trpc"];

    private readonly Dictionary<string, Resource> _declared = new(StringComparer.OrdinalIgnoreCase);

    private readonly CodecCatalog? _codecs;

    /// <param name="declared">ApplicationProtocol resources, the oldest first: of two for one protocol it counts.</param>
    /// <param name="codecs">What is known of their codecs; null: nothing.</param>
    public ProtocolTable(IEnumerable<Resource> declared, CodecCatalog? codecs = null)
    {
        _codecs = codecs;
        foreach (var resource in declared) _declared.TryAdd(resource.SpecAs<Declared>().Protocol, resource);
    }

    /// <summary>Whether a protocol has a codec.</summary>
    public bool Knows(string protocol) => _declared.ContainsKey(protocol) || BuiltIn.Contains(protocol, StringComparer.OrdinalIgnoreCase);

    /// <summary>The resource that declares a protocol; null: none does.</summary>
    public Resource? Declaration(string protocol) => _declared.GetValueOrDefault(protocol);

    /// <summary>
    /// The protocols that are looked for on a port that speaks several: those that it names, without those of which is known that they cannot be
    /// recognised; or all of which is known that they can, one for each codec.
    /// </summary>
    public IReadOnlyList<string> Recognised(ServicePort port) => port.Application == ServicePort.Auto
        ? [.. BuiltIn.Concat(_declared.Keys.Order(StringComparer.Ordinal)).Where(protocol => CanBeRecognised(protocol) == true).DistinctBy(Codec)]
        : [.. port.Application.Split(',').Where(protocol => Knows(protocol) && CanBeRecognised(protocol) != false)];

    /// <summary>Whether a connection's first bytes show the protocol; null: nothing is known of its codec.</summary>
    public bool? CanBeRecognised(string protocol)
    {
        if (_codecs?.Find(protocol, this) is { } info) return info.Certainty != Certainty.None;
        return BuiltIn.Contains(protocol, StringComparer.OrdinalIgnoreCase) && !_declared.ContainsKey(protocol) ? true : null;
    }

    private (string Name, Any? Config) Codec(string protocol)
    {
        var codec = Describe(protocol).Codec;
        return (codec.Name.StartsWith(CodecPrefix, StringComparison.Ordinal) ? codec.Name[CodecPrefix.Length..] : codec.Name, codec.Config);
    }

    /// <summary>The protocol as the meta protocol filter is told.</summary>
    public MetaProtocol Describe(string protocol)
    {
        var codec = new MetaCodec { Name = CodecPrefix + protocol };
        if (_declared.TryGetValue(protocol, out var resource))
        {
            var spec = resource.SpecAs<Declared>();
            codec.Name = spec.Codec;
            if (spec.Config is not null) codec.Config = CodecConfigs.Of(resource);
        }

        return new() { Name = protocol, Codec = codec };
    }

    /// <summary>How requests of a port share upstream connections, as declared.</summary>
    public UpstreamOptions.Types.PoolMode PoolMode(ServicePort port)
    {
        if (port.Kind != PortKind.Meta || !_declared.TryGetValue(port.Application, out var resource)) return default;
        return resource.SpecAs<Declared>().PoolMode switch
        {
            Declared.Types.PoolMode.Multiplexed => UpstreamOptions.Types.PoolMode.Multiplexed,
            Declared.Types.PoolMode.OneAtATime => UpstreamOptions.Types.PoolMode.OneAtATime,
            Declared.Types.PoolMode.Pipelined => UpstreamOptions.Types.PoolMode.Pipelined,
            Declared.Types.PoolMode.Bound => UpstreamOptions.Types.PoolMode.Bound,
            _ => default,
        };
    }
}
