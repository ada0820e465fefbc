using Google.Protobuf.Collections;
using Meltemi.Resources.Istio;
using H2UpgradePolicy = Meltemi.Resources.Istio.ConnectionPoolSettings.Types.HTTPSettings.Types.H2UpgradePolicy;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for a traffic policy, of a service, a subset or a port.</summary>
internal static class TrafficPolicyRules
{
    public static void Check(TrafficPolicy? policy, FieldPath field)
    {
        if (policy is null) return;
        if (policy.CalculateSize() == 0 && !field.IsWrong) field.Warning("it says nothing");
        LoadBalancerRules.Check(policy.LoadBalancer, policy.OutlierDetection is not null, field["loadBalancer"]);
        CheckPool(policy.ConnectionPool, field["connectionPool"]);
        CheckOutliers(policy.OutlierDetection, field["outlierDetection"]);
        CheckPorts(policy.PortLevelSettings, policy.OutlierDetection is not null, field["portLevelSettings"]);
    }

    /// <summary>Checks limits for connections.</summary>
    public static void CheckPool(ConnectionPoolSettings? pool, FieldPath field)
    {
        if (pool is null) return;
        if (pool.Tcp is null && pool.Http is null && !field.IsWrong) field.Error("one of tcp, http is needed");
        if (pool.Http is { UseClientProtocol: true, H2UpgradePolicy: H2UpgradePolicy.Upgrade })
            field["http"]["useClientProtocol"].Error("it excludes h2UpgradePolicy UPGRADE");
    }

    private static void CheckOutliers(OutlierDetection? outliers, FieldPath field)
    {
        if (outliers is null) return;
        if (outliers.ConsecutiveErrors > 0) field["consecutiveErrors"].Warning("it is the old name of consecutiveGatewayErrors");
        if (outliers.ConsecutiveErrors > 0 && outliers.ConsecutiveGatewayErrors is not null)
            field["consecutiveErrors"].Error("'consecutiveErrors' and 'consecutiveGatewayErrors' exclude each other");
        if (outliers is { ConsecutiveLocalOriginFailures: > 0, SplitExternalLocalOriginErrors: false })
            field["consecutiveLocalOriginFailures"].Error("it needs splitExternalLocalOriginErrors: true");
    }

    private static void CheckPorts(RepeatedField<TrafficPolicy.Types.PortTrafficPolicy> ports, bool hasOutlierDetection, FieldPath field)
    {
        var numbers = new HashSet<uint>();
        for (var i = 0; i < ports.Count; i++)
        {
            var number = ports[i].Port?.Number ?? 0;
            if (number > 0 && !numbers.Add(number)) field[i]["port"].Error($"port {number} is there twice");
            var ejects = hasOutlierDetection || ports[i].OutlierDetection is not null;
            LoadBalancerRules.Check(ports[i].LoadBalancer, ejects, field[i]["loadBalancer"]);
            CheckPool(ports[i].ConnectionPool, field[i]["connectionPool"]);
            CheckOutliers(ports[i].OutlierDetection, field[i]["outlierDetection"]);
        }
    }
}
