using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Host.PreviousHosts.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Istio's retries as a policy of xDS.</summary>
internal static class RetryPolicies
{
    /// <summary>Only what no server has seen is sent again: safe for calls that must not happen twice.</summary>
    public const string DefaultConditions = "connect-failure,refused-stream";

    // As Istio: enough to find another endpoint among few, without searching for long.
    private const int HostAttempts = 5;

    // xDS' own default is ten times the base.
    private const int MaxBackOffFactor = 10;

    /// <summary>The policy; null: no retries.</summary>
    public static RetryPolicy? Translate(HTTPRetry? retries, FieldPath path)
    {
        if (retries is not { Attempts: > 0 }) return null;
        var policy = new RetryPolicy { NumRetries = (uint)retries.Attempts };
        SetConditions(policy, retries.RetryOn.Length > 0 ? retries.RetryOn : DefaultConditions);
        if (retries.PerTryTimeout is { } timeout && timeout.ToTimeSpan() > TimeSpan.Zero) policy.PerTryTimeout = timeout;
        if (retries.Backoff is { } backoff && backoff.ToTimeSpan() > TimeSpan.Zero)
        {
            var most = Duration.FromTimeSpan(backoff.ToTimeSpan() * MaxBackOffFactor);
            policy.RetryBackOff = new() { BaseInterval = backoff, MaxInterval = most };
        }

        if (retries.RetryRemoteLocalities == true)
            path["retryRemoteLocalities"].Warning("not translated: which localities are used is said by the DestinationRule's balancing");
        if (retries.RetryIgnorePreviousHosts != false) AvoidPreviousHosts(policy);
        return policy;
    }

    /// <summary>Numbers among the conditions are status codes.</summary>
    private static void SetConditions(RetryPolicy policy, string conditions)
    {
        var names = new List<string>();
        foreach (var condition in conditions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (uint.TryParse(condition, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                policy.RetriableStatusCodes.Add(code);
            else
                names.Add(condition);
        }

        if (policy.RetriableStatusCodes.Count > 0 && !names.Contains("retriable-status-codes")) names.Add("retriable-status-codes");
        policy.RetryOn = string.Join(',', names);
    }

    private static void AvoidPreviousHosts(RetryPolicy policy)
    {
        policy.HostSelectionRetryMaxAttempts = HostAttempts;
        policy.RetryHostPredicate.Add(new RetryPolicy.Types.RetryHostPredicate
        {
            Name = "envoy.retry_host_predicates.previous_hosts",
            TypedConfig = Any.Pack(new PreviousHostsPredicate()),
        });
    }
}
