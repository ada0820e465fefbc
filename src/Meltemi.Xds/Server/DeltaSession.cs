using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace Meltemi.Xds.Server;

/// <summary>The delta dialect (xDS protocol, "Incremental xDS"): subscriptions come and go by name, responses hold what differs.</summary>
internal sealed class DeltaSession(IXdsView view, XdsServerOptions options, Func<DeltaDiscoveryResponse, ValueTask> send) : XdsSession(view, options)
{
    private const string Everything = "*";

    /// <summary>Takes a request: an answer to a response, a change of what is wanted, or both.</summary>
    public async ValueTask TakeAsync(DeltaDiscoveryRequest request)
    {
        var type = TypeOf(request.TypeUrl, out var first);
        if (first) Begin(type, request);
        else if (request.ResponseNonce.Length > 0) NoteAnswer(type, request.ResponseNonce, request.ErrorDetail?.Message);

        // Whatever the nonce: a change of subscriptions always counts.
        Subscribe(type, request, first);
        var asked = Unsubscribe(type, request);
        if (!first && request.ResourceNamesSubscribe.Count == 0 && asked.Count == 0) return;
        CheckNames();
        var (changed, gone) = type.TakeChanges(Snapshot);
        gone.AddRange(asked.Where(name => Snapshot.Find(type.Type, name) is null && !gone.Contains(name)));
        if (first && changed.Count == 0 && gone.Count == 0) await SendPartAsync(type, [], []).ConfigureAwait(false); // So that nobody waits in vain.
        else await SendAsync(type, changed, gone, []).ConfigureAwait(false);
        if (type.Type == XdsTypes.Cluster) await RepeatEndpointsAsync(changed).ConfigureAwait(false);
    }

    protected override async ValueTask SendAsync(
        Subscription type, IReadOnlyList<XdsResource> changed, IReadOnlyList<string> gone, IReadOnlyList<XdsResource> staying)
    {
        if (changed.Count == 0 && gone.Count == 0) return;
        var rest = gone;
        foreach (var part in Divide(changed))
        {
            await SendPartAsync(type, part, rest).ConfigureAwait(false);
            rest = [];
        }
    }

    private static void Begin(Subscription type, DeltaDiscoveryRequest request)
    {
        // Nothing named in the first request of clusters or listeners: the old way to want everything.
        type.Wildcard = IsRoot(type.Type) && request.ResourceNamesSubscribe.Count == 0 && request.ResourceNamesUnsubscribe.Count == 0;
        foreach (var (name, version) in request.InitialResourceVersions) type.Sent[name] = version;
        type.Held = type.Held.SetItems(request.InitialResourceVersions);
    }

    private static void Subscribe(Subscription type, DeltaDiscoveryRequest request, bool first)
    {
        foreach (var name in request.ResourceNamesSubscribe)
        {
            if (name == Everything)
            {
                type.Wildcard = true;
                continue;
            }

            type.Names.Add(name);
            if (!first) type.Sent.Remove(name); // It is answered even if we think that the client has it.
        }
    }

    /// <summary>Answers the names whose state has to be told, since they are wanted by wildcard all the same.</summary>
    private static List<string> Unsubscribe(Subscription type, DeltaDiscoveryRequest request)
    {
        var asked = new List<string>();
        foreach (var name in request.ResourceNamesUnsubscribe)
        {
            if (name == Everything) type.Wildcard = false;
            else if (type.Names.Remove(name) && type.Wildcard && type.Sent.Remove(name)) asked.Add(name);
        }

        if (request.ResourceNamesUnsubscribe.Count > 0) type.ForgetUnwanted();
        return asked;
    }

    private ValueTask SendPartAsync(Subscription type, IReadOnlyList<XdsResource> resources, IReadOnlyList<string> gone)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = type.Type, Nonce = Remember(type, resources, gone, complete: false) };
        foreach (var resource in resources)
            response.Resources.Add(new Resource { Name = resource.Name, Version = resource.Version, Resource_ = resource.ToAny() });
        response.RemovedResources.Add(gone);
        return send(response);
    }
}
