using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Routing.Explaining;

/// <summary>Retries in words, a line each.</summary>
public static class RetryText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(RetryConfig retry)
    {
        var each = retry.PerTryTimeout > TimeSpan.Zero ? $", {retry.PerTryTimeout.TotalSeconds} s each" : "";
        var elsewhere = retry.HostAttempts > 0 ? ", elsewhere if possible" : "";
        if (retry.PriorityFrequency > 0) elsewhere += retry.PriorityFrequency == 1 ? ", in another priority" : $", in another priority after {retry.PriorityFrequency} tries";
        if (retry.MaxRetries > 0) yield return $"tried again {retry.MaxRetries} times at most{each}{elsewhere}, on {Conditions(retry)}";
        if (retry.InitialRequests > 1) yield return $"sent to {retry.InitialRequests} endpoints at once: the first answer counts";
        if (retry.HedgeOnPerTryTimeout) yield return "a try that is slow goes on beside the next: the first answer counts";
    }

    private static string Conditions(RetryConfig retry)
    {
        var conditions = retry.On.Length > 0 ? string.Join(", ", retry.On) : "nothing but time-outs of a try";
        return retry.Codes.Length > 0 ? $"{conditions} ({string.Join(", ", retry.Codes)})" : conditions;
    }
}
