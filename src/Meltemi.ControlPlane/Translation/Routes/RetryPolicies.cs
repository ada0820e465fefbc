using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Host.PreviousHosts.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Routes;

/// <summary>Istio's retries as a policy of xDS.</summary>
internal static class RetryPolicies
{
    /// <summary>Only what no server has seen is sent again: safe for calls that must not happen twice.</summary>
    public const string DefaultConditions = "connect-failure,refused-stream";

    // As Istio, but only where no connection was had: there proxies need not keep any request whose connection is there.
    private const int DefaultRetries = 2;
    private const string WithoutSaying = "connect-failure";

    // As Istio: enough to find another endpoint among few, without searching for long.
    private const int HostAttempts = 5;

    // xDS' own default is ten times the base.
    private const int MaxBackOffFactor = 10;

    /// <summary>The policy of routes that say nothing; null: the protocol cannot have one, or nothing is known about it.</summary>
    public static RetryPolicy? Default(CodecInfo? codec)
    {
        if (codec is null or { PoolMode: PoolMode.Bound }) return null;
        var policy = new RetryPolicy { NumRetries = DefaultRetries, RetryOn = WithoutSaying };
        AvoidPreviousHosts(policy);
        return policy;
    }

    /// <summary>The policy; null: the route says nothing.</summary>
    public static RetryPolicy? Translate(HTTPRetry? retries, FieldPath path)
    {
        if (retries is null) return null;
        if (retries.Attempts <= 0) return new() { NumRetries = 0 };
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
