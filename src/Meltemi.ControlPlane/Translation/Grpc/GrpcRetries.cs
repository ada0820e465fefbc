using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Translation.Grpc;

/// <summary>Retries as gRPC's libraries do them: by the status of the call.</summary>
internal static class GrpcRetries
{
    // What a client refuses more of (gRFC A44): five tries in all.
    private const int MostRetries = 4;
    private const int MaxBackOffFactor = 10;

    private const string Chosen = "no effect: gRPC's clients choose an endpoint for each try as for the first one";

    private static readonly string[] Known = ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"];

    /// <summary>The policy; null: no retries.</summary>
    public static RetryPolicy? Translate(HTTPRetry? retries, FieldPath path)
    {
        if (retries is not { Attempts: > 0 }) return null;
        var policy = new RetryPolicy
        {
            RetryOn = Conditions(retries.RetryOn, path["retryOn"]),
            NumRetries = (uint)Math.Min(retries.Attempts, MostRetries),
        };
        if (retries.Attempts > MostRetries) path["attempts"].Warning($"gRPC's clients try again {MostRetries} times at most");
        if (retries.PerTryTimeout is not null)
            path["perTryTimeout"].Warning("no effect: gRPC's clients have no time limit for a single try");
        if (retries.RetryRemoteLocalities == true) path["retryRemoteLocalities"].Warning(Chosen);
        if (retries.RetryIgnorePreviousHosts == true) path["retryIgnorePreviousHosts"].Warning(Chosen);
        if (retries.Backoff is { } backoff && backoff.ToTimeSpan() > TimeSpan.Zero)
        {
            var most = Duration.FromTimeSpan(backoff.ToTimeSpan() * MaxBackOffFactor);
            policy.RetryBackOff = new() { BaseInterval = backoff, MaxInterval = most };
        }

        return policy;
    }

    /// <summary>Those that gRPC has; what means that the server could not be reached is <c>unavailable</c> there.</summary>
    private static string Conditions(string written, FieldPath path)
    {
        var conditions = written.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var kept = conditions.Where(Known.Contains).Distinct().ToList();
        if (kept.Count > 0) return string.Join(',', kept);
        if (conditions.Length > 0) path.Warning($"gRPC's clients do not know {written}: they try again when a server is unavailable");
        return "unavailable";
    }
}
