namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>
/// Zone aware routing, as Envoy does it: requests stay in the proxy's own place as far as all endpoints still get the same. If the place has at least as
/// large a part of the endpoints as of the proxies, everything stays. Otherwise as much as the place can bear stays, and the rest goes to places that have
/// a larger part of the endpoints than of the proxies, in proportion to the difference.
/// </summary>
internal static class ZoneShares
{
    private const double Scale = 1 << 30;

    /// <summary>Computes the places' shares in relation to each other.</summary>
    /// <param name="endpoints">Available endpoints by place.</param>
    /// <param name="peers">Available proxies by the same places.</param>
    /// <param name="allPeers">All available proxies, also those in places without endpoints.</param>
    /// <param name="own">The proxy's own place.</param>
    /// <param name="shares">Gets the shares.</param>
    public static void Share(ReadOnlySpan<int> endpoints, ReadOnlySpan<int> peers, int allPeers, int own, Span<ulong> shares)
    {
        shares.Clear();
        double all = 0;
        foreach (var count in endpoints) all += count;
        var (ownPart, ownPeers) = (endpoints[own] / all, peers[own] / (double)allPeers);
        if (ownPart >= ownPeers)
        {
            shares[own] = 1;
            return;
        }

        var stays = ownPart / ownPeers;
        double surplus = 0;
        for (var i = 0; i < shares.Length; i++) surplus += Surplus(endpoints[i] / all, peers[i] / (double)allPeers);
        shares[own] = (ulong)(stays * Scale);
        for (var i = 0; i < shares.Length; i++)
        {
            if (i != own) shares[i] = (ulong)((1 - stays) * Surplus(endpoints[i] / all, peers[i] / (double)allPeers) / surplus * Scale);
        }
    }

    private static double Surplus(double endpoints, double peers) => Math.Max(0, endpoints - peers);
}
