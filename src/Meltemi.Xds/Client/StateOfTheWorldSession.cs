using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Server;

namespace Meltemi.Xds.Client;

/// <summary>
/// The protocol in which every request names all that is wanted. A response of listeners or clusters is the complete state: what is missing is gone.
/// A response of endpoints or routes may be a part of it.
/// </summary>
internal sealed class StateOfTheWorldSession(Node node, IReadOnlyDictionary<string, TypeState> types, IXdsHandler handler)
    : XdsSession<DiscoveryRequest, DiscoveryResponse>(node, types, handler)
{
    private const string Wrapper = "type.googleapis.com/envoy.service.discovery.v3.Resource";

    public override void Received(DiscoveryResponse response)
    {
        if (Find(response.TypeUrl) is not { } stream) return;
        var type = stream.Type;
        var problems = new List<string>();
        var resources = new List<XdsResource>();
        foreach (var any in response.Resources)
        {
            if (Unwrap(any) is not { } body) continue;
            if (body.TypeUrl != response.TypeUrl) problems.Add($"there is a {body.TypeUrl} in a response of {response.TypeUrl}");
            else resources.Add(new(response.TypeUrl, ResourceName.Of(body.Value), response.VersionInfo, body.Value));
        }

        var complete = type.Type is XdsTypes.Cluster or XdsTypes.Listener && problems.Count == 0;
        var present = resources.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        var gone = complete ? type.Known.Where(name => !present.Contains(name)).ToList() : [];
        var refusal = type.TakeOver(resources, gone, problems, Handler);
        if (refusal is null) type.Version = response.VersionInfo;
        stream.Nonce = response.Nonce;
        Say(stream, new(response.Nonce, refusal));
    }

    protected override DiscoveryRequest Write(TypeStream stream, Answer? answer, Node? node)
    {
        var type = stream.Type;
        var request = new DiscoveryRequest
        {
            TypeUrl = type.Type,
            Node = node,
            VersionInfo = type.Version,
            ResponseNonce = answer?.Nonce ?? stream.Nonce,
            ErrorDetail = Detail(answer),
        };
        request.ResourceNames.Add(type.Names.Order(StringComparer.Ordinal));
        return request;
    }

    // A resource may come in a wrapper that carries its time to live; one without a body only says that it lives.
    private static Any? Unwrap(Any any) => any.TypeUrl == Wrapper ? Resource.Parser.ParseFrom(any.Value).Resource_ : any;
}
