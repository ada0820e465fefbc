using Meltemi.ControlPlane.Services;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Push;

/// <summary>Which sidecars' own resources a change concerns.</summary>
internal static class OwnConcern
{
    /// <summary>The proxies concerned.</summary>
    /// <param name="views">All proxies.</param>
    /// <param name="changes">What changed.</param>
    /// <param name="model">The mesh after it.</param>
    public static List<ProxyView> Of(IEnumerable<ProxyView> views, ModelChanges changes, MeshModel model)
    {
        var concerned = new List<ProxyView>();
        var all = changes.Kinds.Any(change =>
            change.Kind == ResourceKinds.Sidecar || change.Kind == ResourceKinds.ApplicationProtocol || change.Kind == ResourceKinds.EnvoyFilter);
        HashSet<string>? addresses = null;
        foreach (var view in views)
        {
            if (view.Scope is null || view.Proxy.Node.Type != ProxyType.Sidecar) continue;
            if (all || view.Scope.WantsPeers != view.Own.WantsPeers || (changes.Hosts.Count > 0 && view.Own.Seen?.Hosts.Any(changes.Hosts.Contains) == true)) concerned.Add(view);
            else if (HasOwn(view) && (addresses ??= AddressesOf(changes, model)).Contains(view.Proxy.Node.Address)) concerned.Add(view);
        }

        return concerned;
    }

    /// <summary>Whether a proxy has own resources at all.</summary>
    public static bool HasOwn(ProxyView view) =>
        view.Scope?.WantsPeers == true || view.Proxy.Node.WantsInbound || view.Scope?.Reach?.Sidecar?.SpecAs<Sidecar>().Ingress.Count > 0;

    private static HashSet<string> AddressesOf(ModelChanges changes, MeshModel model)
    {
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (service, before) in changes.Endpoints)
            foreach (var endpoint in (before?.Endpoints ?? []).Concat(model.FindEndpoints(service)?.Endpoints ?? []))
                addresses.Add(endpoint.Address);
        return addresses;
    }
}
