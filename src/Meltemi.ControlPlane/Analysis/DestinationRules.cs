using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.Clusters;
using Meltemi.Resources;
using Meltemi.Resources.Istio;
using Simple = Meltemi.Resources.Istio.LoadBalancerSettings.Types.SimpleLB;

namespace Meltemi.ControlPlane.Analysis;

/// <summary>DestinationRules beside each other and the services.</summary>
internal static class DestinationRules
{
    /// <summary>Reports to the view's problems.</summary>
    public static void Check(Resource resource, MeshView view)
    {
        var rule = resource.SpecAs<DestinationRule>();
        var host = rule.Host.ToLowerInvariant();
        if (!host.StartsWith('*')) CheckHost(resource.Key, host, view);
        CheckOverruled(resource.Key, host, view);
        CheckSubsets(resource.Key, rule, view);
        foreach (var (field, reason) in BalancerAnnotations.Complaints(resource)) view.Problems.Warning(resource.Key, field, reason);
        CheckPolicy(resource.Key, rule.TrafficPolicy, "spec.trafficPolicy", view);
        for (var i = 0; i < rule.Subsets.Count; i++) CheckPolicy(resource.Key, rule.Subsets[i].TrafficPolicy, $"spec.subsets[{i}].trafficPolicy", view);
    }

    private static void CheckHost(ResourceKey key, string host, MeshView view)
    {
        if (view.FindService(host, key.Namespace) is null)
            view.Problems.NotResolved(key, "spec.host", $"there is no service '{host}' that can be seen from the namespace '{view.Namespace}'");
    }

    private static void CheckOverruled(ResourceKey key, string host, MeshView view)
    {
        foreach (var other in view.FindHost(host)?.DestinationRules ?? [])
        {
            if (other.Key == key) return;
            if (other.Key.Namespace != key.Namespace) continue;
            view.Problems.NotAccepted(key, "spec.host", $"{other.Key} is for the same host in the same namespace, and it is older: only one counts");
            return;
        }
    }

    private static void CheckSubsets(ResourceKey key, DestinationRule rule, MeshView view)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < rule.Subsets.Count; i++)
        {
            if (!names.Add(rule.Subsets[i].Name))
                view.Problems.NotAccepted(key, $"spec.subsets[{i}].name", $"there is a subset '{rule.Subsets[i].Name}' before this one: it counts");
            else if (rule.Subsets[i].Labels.Count == 0)
                view.Problems.Warning(key, $"spec.subsets[{i}].labels", $"without labels the subset '{rule.Subsets[i].Name}' has all endpoints");
        }
    }

    private static void CheckPolicy(ResourceKey key, TrafficPolicy? policy, string path, MeshView view)
    {
        if (policy is null) return;
        Check(policy.LoadBalancer, policy.ConnectionPool, policy.OutlierDetection, path);
        for (var i = 0; i < policy.PortLevelSettings.Count; i++)
        {
            var port = policy.PortLevelSettings[i];
            Check(port.LoadBalancer, port.ConnectionPool, port.OutlierDetection, $"{path}.portLevelSettings[{i}]");
        }

        void Check(LoadBalancerSettings? balancer, ConnectionPoolSettings? pool, OutlierDetection? outliers, string at)
        {
            if (Balancers.IsPassthrough(balancer))
                view.Problems.Warning(key, $"{at}.loadBalancer.simple", "PASSTHROUGH is for connections that a firewall redirects to the proxy; others go nowhere (UH)");
            if (balancer?.LocalityLbSetting is { Distribute.Count: 0 } setting && setting.Enabled != false && outliers is null)
                view.Problems.Warning(key, $"{at}.loadBalancer.localityLbSetting", "without outlierDetection nothing fails over: the setting has no effect");
            if (pool?.Tcp?.TcpKeepalive is not null)
                view.Problems.Warning(key, $"{at}.connectionPool.tcp.tcpKeepalive", "not implemented yet, ignored");
            if ((balancer?.Warmup is not null || balancer?.WarmupDurationSecs is not null)
                && (balancer.LbPolicyCase == LoadBalancerSettings.LbPolicyOneofCase.ConsistentHash || balancer.Simple == Simple.Random))
                view.Problems.Warning(key, $"{at}.loadBalancer.warmup", "only ROUND_ROBIN and LEAST_REQUEST warm endpoints up: the setting has no effect");
        }
    }
}
