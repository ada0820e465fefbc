using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Service.Discovery.V3;

namespace Meltemi.Xds.Server;

/// <summary>
/// The state-of-the-world dialect: each request names all that is wanted. Responses of clusters and listeners hold all of it, so that what is missing is
/// gone; those of endpoints and routes may hold a part.
/// </summary>
internal sealed class StateOfTheWorldSession(
    IXdsView view, XdsServerOptions options, bool isAggregated, Func<DiscoveryResponse, ValueTask> send) : XdsSession(view, options, isAggregated)
{
    /// <summary>Takes a request: an answer to a response, other names, or both.</summary>
    public async ValueTask TakeAsync(DiscoveryRequest request)
    {
        var type = TypeOf(request.TypeUrl, out var first);

        // A nonce in the first request is of an earlier stream: the client starts anew.
        var isAnswer = !first && request.ResponseNonce.Length > 0;
        if (isAnswer) NoteAnswer(type, request.ResponseNonce, request.ErrorDetail?.Message);

        // Whatever the nonce: other names always count. Fewer names need no response.
        var added = SetNames(type, request);
        CheckNames();
        if (isAnswer && !added) return;
        if (!isAnswer) type.Sent.Clear(); // It asks: it is answered in full.
        var (changed, missing) = TakeAdditions(type);
        if (IsRoot(type.Type)) await SendCompleteAsync(type).ConfigureAwait(false);
        else await SendAsync(type, changed, missing).ConfigureAwait(false);
        if (type.Type == XdsTypes.Cluster) await RepeatEndpointsAsync(changed).ConfigureAwait(false);
    }

    internal override async ValueTask SendAsync(Subscription type, IReadOnlyList<XdsResource> changed, IReadOnlyList<string> gone)
    {
        if (IsRoot(type.Type))
        {
            if (changed.Count > 0 || gone.Count > 0) await SendCompleteAsync(type).ConfigureAwait(false);
            return;
        }

        // Nobody can be told that endpoints are not there, but a client would wait for them: it gets an assignment with none. A response without any
        // resource is not sent: Envoy does not answer it, and takes later ones for old.
        IReadOnlyList<XdsResource> all = type.Type == XdsTypes.Endpoints && gone.Count > 0 ? [.. changed, .. gone.Select(None)] : changed;
        foreach (var part in Parts.Of(all, resource => resource.Body.Length + resource.Type.Length + Parts.Overhead, Options.MaxResponseBytes))
            await SendPartAsync(type, part, complete: false).ConfigureAwait(false);
    }

    private static XdsResource None(string cluster) =>
        XdsResource.Create(XdsTypes.Endpoints, cluster, new ClusterLoadAssignment { ClusterName = cluster });

    /// <summary>Takes what is wanted from now on; answers whether there is more of it.</summary>
    private static bool SetNames(Subscription type, DiscoveryRequest request)
    {
        var names = request.ResourceNames.ToHashSet(StringComparer.Ordinal);
        var wildcard = names.Remove(Everything) || (names.Count == 0 && IsRoot(type.Type) && !type.WasNamed);
        type.WasNamed |= request.ResourceNames.Count > 0;
        var added = names.Where(name => !type.Names.Contains(name)).ToArray();
        foreach (var name in added) type.Sent.Remove(name); // They are answered even if they were sent before.
        var more = (wildcard && !type.Wildcard) || added.Length > 0;
        var fewer = (!wildcard && type.Wildcard) || type.Names.Count + added.Length > names.Count;
        type.Wildcard = wildcard;
        type.Names.IntersectWith(names);
        type.Names.UnionWith(added);
        if (fewer) type.ForgetUnwanted();
        return more;
    }

    private ValueTask SendCompleteAsync(Subscription type)
    {
        var snapshot = SnapshotOf(type.Type);
        var all = new List<XdsResource>(type.Wildcard ? snapshot.All(type.Type) : []);
        var known = all.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        all.AddRange(type.Names.Where(known.Add).Select(name => snapshot.Find(type.Type, name)).OfType<XdsResource>());
        all.AddRange(type.Leaving.Values.Select(leaving => leaving.Body).OfType<XdsResource>().Where(resource => known.Add(resource.Name)));
        return SendPartAsync(type, all, complete: true);
    }

    private ValueTask SendPartAsync(Subscription type, IReadOnlyList<XdsResource> resources, bool complete)
    {
        var version = VersionOf(resources);
        var response = new DiscoveryResponse
        {
            TypeUrl = type.Type,
            VersionInfo = version,
            Nonce = Remember(type, resources, [], complete, version),
            ControlPlane = new ControlPlane { Identifier = Options.Identifier },
        };
        foreach (var resource in resources) response.Resources.Add(resource.ToAny());
        return send(response);
    }

    // Of the content, whatever its order, so that equal content has an equal version on every controller.
    private static string VersionOf(IReadOnlyList<XdsResource> resources)
    {
        var sum = 0UL;
        foreach (var resource in resources)
        {
            var hash = 14695981039346656037UL; // FNV-1a
            foreach (var character in resource.Name) hash = (hash ^ character) * 1099511628211UL;
            foreach (var character in resource.Version) hash = (hash ^ character) * 1099511628211UL;
            sum += hash;
        }

        return sum.ToString("x16", CultureInfo.InvariantCulture);
    }
}
