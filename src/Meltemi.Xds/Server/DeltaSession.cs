using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;

namespace Meltemi.Xds.Server;

/// <summary>The delta dialect (xDS protocol, "Incremental xDS"): subscriptions come and go by name, responses hold what differs.</summary>
internal sealed class DeltaSession(
    IXdsView view, XdsServerOptions options, bool isAggregated, Func<DeltaDiscoveryResponse, ValueTask> send) : XdsSession(view, options, isAggregated)
{
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
        var (changed, missing) = TakeAdditions(type);
        missing.AddRange(asked.Where(name => !changed.Exists(resource => resource.Name == name) && !missing.Contains(name)));
        if (changed.Count > 0 || missing.Count > 0) await SendAsync(type, changed, missing).ConfigureAwait(false);
        else if (first && type.IsInterested) await SendPartAsync(type, [], []).ConfigureAwait(false); // So that nobody waits in vain.
        if (type.Type == XdsTypes.Cluster) await RepeatEndpointsAsync(changed).ConfigureAwait(false);
    }

    internal override async ValueTask SendAsync(Subscription type, IReadOnlyList<XdsResource> changed, IReadOnlyList<string> gone)
    {
        IReadOnlyList<(XdsResource? Resource, string Name)> all = [.. changed.Select(one => (one, one.Name)), .. gone.Select(name => ((XdsResource?)null, name))];
        foreach (var part in Parts.Of(all, one => (one.Resource?.Body.Length ?? 0) + type.Type.Length + one.Name.Length + Parts.Overhead, Options.MaxResponseBytes))
        {
            var resources = part.Select(one => one.Resource).OfType<XdsResource>().ToArray();
            await SendPartAsync(type, resources, [.. part.Where(one => one.Resource is null).Select(one => one.Name)]).ConfigureAwait(false);
        }
    }

    private void Begin(Subscription type, DeltaDiscoveryRequest request)
    {
        // Nothing named in the first request of clusters or listeners: the old way to want everything.
        type.Wildcard = IsRoot(type.Type) && request.ResourceNamesSubscribe.Count == 0 && request.ResourceNamesUnsubscribe.Count == 0;
        foreach (var (name, version) in request.InitialResourceVersions.Take(Options.MaxNames))
        {
            // The endpoints of a cluster that was sent anew on this stream are awaited, even if the client has them.
            if (type.Type != XdsTypes.Endpoints || !Unwarmed.Contains(name)) type.Sent[name] = version;
            type.Held = type.Held.SetItem(name, version);
        }
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

        if (first) type.ForgetUnwanted();
    }

    /// <summary>Answers the names whose state has to be told, since they may be wanted by wildcard all the same.</summary>
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
        var response = new DeltaDiscoveryResponse
        {
            TypeUrl = type.Type,
            Nonce = Remember(type, resources, gone, complete: false),
            ControlPlane = new ControlPlane { Identifier = Options.Identifier },
        };
        foreach (var resource in resources)
            response.Resources.Add(new Resource { Name = resource.Name, Version = resource.Version, Resource_ = resource.ToAny() });
        response.RemovedResources.Add(gone);
        return send(response);
    }
}
