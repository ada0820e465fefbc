using Envoy.Config.Endpoint.V3;
using Envoy.Service.Discovery.V3;

namespace Meltemi.Xds.Server;

/// <summary>
/// The state-of-the-world dialect: each request names all that is wanted. Responses of clusters and listeners hold all of it, so that what is missing is
/// gone; those of endpoints and routes may hold a part.
/// </summary>
internal sealed class StateOfTheWorldSession(IXdsView view, XdsServerOptions options, Func<DiscoveryResponse, ValueTask> send) : XdsSession(view, options)
{
    private const string Everything = "*";

    /// <summary>Takes a request: an answer to a response, other names, or both.</summary>
    public async ValueTask TakeAsync(DiscoveryRequest request)
    {
        var type = TypeOf(request.TypeUrl, out var first);

        // A nonce that this stream did not give is of an earlier one: the client starts anew.
        var isAnswer = !first && request.ResponseNonce.Length > 0;
        if (isAnswer) NoteAnswer(type, request.ResponseNonce, request.ErrorDetail?.Message);
        var (added, removed) = SetNames(type, request);
        CheckNames();
        if (isAnswer && !added && !(removed && IsRoot(type.Type))) return;
        if (!isAnswer) type.Sent.Clear(); // It asks: it is answered in full.
        var (changed, gone) = type.TakeChanges(Snapshot);
        if (IsRoot(type.Type)) await SendCompleteAsync(type, []).ConfigureAwait(false);
        else await SendAsync(type, changed, gone, []).ConfigureAwait(false);
        if (type.Type == XdsTypes.Cluster) await RepeatEndpointsAsync(changed).ConfigureAwait(false);
    }

    protected override async ValueTask SendAsync(
        Subscription type, IReadOnlyList<XdsResource> changed, IReadOnlyList<string> gone, IReadOnlyList<XdsResource> staying)
    {
        if (changed.Count == 0 && gone.Count == 0) return;
        if (IsRoot(type.Type))
        {
            await SendCompleteAsync(type, staying).ConfigureAwait(false);
            return;
        }

        // Nobody can be told that endpoints are not there, but a client would wait for them: it has none.
        IReadOnlyList<XdsResource> all = type.Type != XdsTypes.Endpoints || gone.Count == 0 ? changed : [.. changed, .. gone.Select(None)];
        if (all.Count == 0) return;
        foreach (var part in Divide(all)) await SendPartAsync(type, part, complete: false).ConfigureAwait(false);
    }

    private static XdsResource None(string cluster) =>
        XdsResource.Create(XdsTypes.Endpoints, cluster, new ClusterLoadAssignment { ClusterName = cluster });

    private static (bool Added, bool Removed) SetNames(Subscription type, DiscoveryRequest request)
    {
        var names = request.ResourceNames.ToHashSet(StringComparer.Ordinal);
        var wildcard = names.Remove(Everything) || (names.Count == 0 && IsRoot(type.Type) && !type.WasNamed);
        type.WasNamed |= request.ResourceNames.Count > 0;
        var added = (wildcard && !type.Wildcard) || names.Any(name => !type.Names.Contains(name));
        var removed = (!wildcard && type.Wildcard) || type.Names.Any(name => !names.Contains(name));
        foreach (var name in names.Where(name => !type.Names.Contains(name))) type.Sent.Remove(name);
        type.Wildcard = wildcard;
        type.Names.Clear();
        type.Names.UnionWith(names);
        if (removed) type.ForgetUnwanted();
        return (added, removed);
    }

    private ValueTask SendCompleteAsync(Subscription type, IReadOnlyList<XdsResource> staying)
    {
        var all = new List<XdsResource>(type.Wildcard ? Snapshot.All(type.Type) : []);
        var known = all.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        all.AddRange(type.Names.Where(known.Add).Select(name => Snapshot.Find(type.Type, name)).OfType<XdsResource>());
        all.AddRange(staying.Where(resource => known.Add(resource.Name)));
        return SendPartAsync(type, all, complete: true);
    }

    private ValueTask SendPartAsync(Subscription type, IReadOnlyList<XdsResource> resources, bool complete)
    {
        var response = new DiscoveryResponse
        {
            TypeUrl = type.Type,
            VersionInfo = VersionOf(resources),
            Nonce = Remember(type, resources, [], complete),
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

        return sum.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }
}
