using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing.Explaining;

/// <summary>Faults in words, a line for each.</summary>
public static class FaultText
{
    /// <summary>What a fault does to how many requests.</summary>
    public static IEnumerable<string> Of(FaultConfig fault)
    {
        var limits = string.Concat(Limits(fault));
        if (fault.Delay is { } delay) yield return $"delays {delay.Share} of the requests {Time(delay)}{limits}";
        if (fault.Abort is { } abort) yield return $"aborts {abort.Share} of the requests {Error(abort.Error)}{limits}";
        if (fault.ResponseRate is { } rate) yield return $"slows {rate.Share} of the answers down to {Rate(rate.BytesPerSecond)}{limits}";
    }

    private static string Time(FaultDelayConfig delay) => delay.Kind switch
    {
        FaultDelayKind.Asked => "for as long as they ask",
        FaultDelayKind.Exponential => FormattableString.Invariant($"for {delay.Time.TotalSeconds} s on average, exponentially distributed"),
        _ => FormattableString.Invariant($"for {delay.Time.TotalSeconds} s"),
    };

    private static string Error(ReplyReason? error) => error switch
    {
        null => "with the error that they ask for",
        ReplyReason.Fault => "with an error of the server",
        { } kind => $"with the error that stands for {kind}",
    };

    private static string Rate(long? bytesPerSecond) =>
        bytesPerSecond is { } rate ? FormattableString.Invariant($"{rate / 1024.0:0.##} KiB/s") : "what they ask for";

    private static IEnumerable<string> Limits(FaultConfig fault)
    {
        foreach (var match in fault.Match) yield return $", if {ConditionText.Of(match)}";
        if (fault.Cluster is { } cluster) yield return $", to cluster {cluster}";
        if (fault.MaxActive is { } most) yield return $", at most {most} at a time";
    }
}
