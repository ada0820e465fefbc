using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Meltemi.Xds.Server;

namespace Meltemi.Xds.Client;

/// <summary>
/// The delta protocol: requests say what more and what no longer is wanted, responses what changed. The first request of a type says what is still
/// held from an earlier stream, so that a server sends only what became different meanwhile.
/// </summary>
internal sealed class DeltaSession(Node node, IReadOnlyDictionary<string, TypeState> types, IXdsHandler handler)
    : XdsSession<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(node, types, handler)
{
    public override void Received(DeltaDiscoveryResponse response)
    {
        if (Find(response.TypeUrl) is not { } stream) return;
        var problems = new List<string>();
        var resources = new List<XdsResource>();
        foreach (var resource in response.Resources)
        {
            if (resource.Resource_ is not { } body) continue; // a heartbeat, which we do not ask for
            if (body.TypeUrl == response.TypeUrl) resources.Add(new(response.TypeUrl, resource.Name, resource.Version, body.Value));
            else problems.Add($"'{resource.Name}' is of type {body.TypeUrl} in a response of {response.TypeUrl}");
        }

        Say(stream, new(response.Nonce, stream.Type.TakeOver(resources, response.RemovedResources, problems, Handler)));
    }

    protected override DeltaDiscoveryRequest Write(TypeStream stream, Answer? answer, Node? node)
    {
        var type = stream.Type;
        var request = new DeltaDiscoveryRequest { TypeUrl = type.Type, Node = node, ResponseNonce = answer?.Nonce ?? "", ErrorDetail = Detail(answer) };
        if (!stream.IsOpen)
        {
            foreach (var (name, resource) in type.Held) request.InitialResourceVersions[name] = resource.Version;
        }

        if (stream.Said == type.Changes) return request;
        request.ResourceNamesSubscribe.Add(type.Names.Where(name => !stream.Names.Contains(name)).Order(StringComparer.Ordinal));
        request.ResourceNamesUnsubscribe.Add(stream.Names.Where(name => !type.Names.Contains(name)).Order(StringComparer.Ordinal));
        stream.Names.Clear();
        stream.Names.UnionWith(type.Names);
        return request;
    }
}
