using Meltemi.Resources.Istio;
using HashLB = Meltemi.Resources.Istio.LoadBalancerSettings.Types.ConsistentHashLB;

namespace Meltemi.Resources.Validation;

/// <summary>Rules for how an endpoint is chosen.</summary>
internal static class LoadBalancerRules
{
    public static void Check(LoadBalancerSettings? balancer, bool hasOutlierDetection, FieldPath field)
    {
        if (balancer is null) return;
        LocalityRules.Check(balancer.LocalityLbSetting, hasOutlierDetection, field["localityLbSetting"]);
        if (balancer.ConsistentHash is { } hash) CheckHash(hash, field["consistentHash"]);
        if (balancer is { WarmupDurationSecs: not null, Warmup: not null })
            field["warmupDurationSecs"].Error("'warmupDurationSecs' and 'warmup' exclude each other");
    }

    private static void CheckHash(HashLB hash, FieldPath field)
    {
        if (hash is { MinimumRingSize: > 0, HashAlgorithmCase: not HashLB.HashAlgorithmOneofCase.None })
            field["minimumRingSize"].Error("it is the old form of ringHash.minimumRingSize, and excludes ringHash and maglev");
        if (hash.Maglev is { TableSize: > 0 and var size } && !IsPrime(size))
            field["maglev"]["tableSize"].Error($"must be a prime number, not {size}");
        if (hash is { HashKeyCase: HashLB.HashKeyOneofCase.UseSourceIp, UseSourceIp: false })
            field["useSourceIp"].Error("false says nothing about what to hash");
    }

    /// <summary>By trial division; the reader has seen to it that the number is at most five million.</summary>
    private static bool IsPrime(ulong number)
    {
        if (number < 2) return false;
        for (ulong divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0) return false;
        }

        return true;
    }
}
