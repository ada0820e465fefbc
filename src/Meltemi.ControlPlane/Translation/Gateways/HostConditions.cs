using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Meltemi.Codec;

namespace Meltemi.ControlPlane.Translation.Gateways;

/// <summary>
/// Tells the services behind one port of a gateway apart. A request protocol has no host name, but most have the name of the service that
/// is called, and hosts of such services are that name in small letters (dubbo2istio makes them so: <c>interface[-group][-version]</c>).
/// So a route of a host that is no core Service gets the condition that the request's service is the host; one that has a condition on
/// that attribute of its own is left alone.
/// </summary>
internal static class HostConditions
{
    /// <summary>Adds the condition to a route, if it needs one.</summary>
    /// <param name="codec">The protocol; null: nothing is known about it, and no condition is added.</param>
    /// <param name="domain">Domain of core Services, whose names no request has.</param>
    public static void Add(Route route, string host, CodecInfo? codec, string domain)
    {
        if (codec?.InterfaceAttribute is not { } attribute || host.EndsWith($".svc.{domain}", StringComparison.Ordinal)) return;
        if (route.Match.Headers.Any(condition => condition.Name == attribute)) return;
        route.Match.Headers.Add(new HeaderMatcher
        {
            Name = attribute,
            StringMatch = new StringMatcher { Exact = ServiceOf(host), IgnoreCase = true },
        });
    }

    /// <summary>
    /// The service's name: names of interfaces have no dash, so that in the last part everything from one on is group and version.
    /// </summary>
    private static string ServiceOf(string host)
    {
        var dash = host.IndexOf('-', host.LastIndexOf('.') + 1);
        return dash < 0 ? host : host[..dash];
    }
}
