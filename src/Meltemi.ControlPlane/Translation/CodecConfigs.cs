using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec;
using Meltemi.Codec.Declarative;
using Meltemi.Resources;
using Meltemi.Resources.Aeraki;
using Meltemi.Xds.Reading;

namespace Meltemi.ControlPlane.Translation;

/// <summary>What codecs are told, as ApplicationProtocols have it. Descriptions of protocols become the message that proxies read, once for each resource.</summary>
internal static class CodecConfigs
{
    private static readonly ConditionalWeakTable<Resource, Described> Known = [];

    /// <summary>Whether the resource describes its protocol.</summary>
    public static bool Describes(Resource resource) => resource.SpecAs<ApplicationProtocol>() is { Codec: Description.CodecName, Config: not null };

    /// <summary>What the resource's codec is told.</summary>
    public static Any Of(Resource resource) =>
        Describes(resource) ? Known.GetValue(resource, Read).Config : Any.Pack(resource.SpecAs<ApplicationProtocol>().Config);

    /// <summary>What a described protocol can do; null: its description is wrong, which is said elsewhere.</summary>
    public static CodecInfo? Info(Resource resource) => Known.GetValue(resource, Read).Info;

    private static Described Read(Resource resource)
    {
        var codec = DeclaredProtocol.Load(resource.SpecAs<ApplicationProtocol>().Config, new ProblemList(), "", out var protocol);
        return new(new Any { TypeUrl = AnyTypes.Prefix + Description.MessageType, Value = protocol.ToByteString() }, codec?.Info);
    }

    private sealed record Described(Any Config, CodecInfo? Info);
}
