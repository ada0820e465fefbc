using Envoy.Extensions.Common.Ratelimit.V3;
using Envoy.Service.Ratelimit.V3;
using Meltemi.RateLimit.Counting;
using Meltemi.RateLimit.Figures;
using Meltemi.RateLimit.Rules;
using Meltemi.Xds.Grpc;
using static Envoy.Service.Ratelimit.V3.RateLimitResponse.Types;

namespace Meltemi.RateLimit.Serving;

/// <summary>
/// Decides about requests:
/// <code>
///   1 rules     the limit of each descriptor; what one replaces does not count
///   2 cache     counters that are known to be over their limit are not asked for
///   3 count     all others at once
///   4 verdicts  one for each descriptor; one that is over its limit is enough to refuse the request
/// </code>
/// </summary>
public sealed class RateLimiter(Func<RuleSet> rules, ICounterStore store, ServerFigures figures, RateLimitOptions options, TimeProvider time)
{
    private readonly ExceededCache _exceeded = new(options.LocalCacheSize);

    /// <summary>Counts a request and says whether it may pass.</summary>
    /// <exception cref="GrpcException">The request makes no sense, or the store does not answer and <see cref="StoreFailure.Error"/> is configured.</exception>
    public async Task<RateLimitResponse> DecideAsync(RateLimitRequest request, CancellationToken cancel)
    {
        figures.Requests.Add(1);
        if (request.Domain.Length == 0) throw Wrong("the request names no domain");
        if (request.Descriptors.Count == 0) throw Wrong("the request has no descriptors");

        // 1
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var checks = Checks(request, now);

        // 2
        foreach (var check in checks)
        {
            if (check is { IsCounted: true, Rule.Sliding: false } && _exceeded.Has(check.Key, now / 1000)) check.IsExceeded = true;
        }

        // 3
        var asked = checks.Where(check => check is { IsCounted: true, IsExceeded: false }).ToArray();
        if (asked.Length > 0 && await CountAsync(asked, cancel).ConfigureAwait(false) is { } instead) return Same(request, instead);

        // 4
        var response = new RateLimitResponse { OverallCode = Code.Ok };
        foreach (var check in checks)
        {
            var status = check.Verdict(options.NearLimitRatio);
            if (check.IsOver && !check.Rule!.Sliding) _exceeded.Add(check.Key, check.EndsAtSecond, now / 1000);
            if (status.Code == Code.OverLimit) response.OverallCode = Code.OverLimit;
            response.Statuses.Add(status);
        }

        return response;
    }

    private Check[] Checks(RateLimitRequest request, long now)
    {
        var current = rules();
        var checks = request.Descriptors.Select(descriptor => Check(current, request, descriptor, now)).ToArray();
        var replaced = checks.SelectMany(check => check.Rule?.Replaces ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var check in checks)
        {
            if (check.Rule is { Name.Length: > 0 } rule && replaced.Contains(rule.Name)) check.Rule = null;
        }

        return checks;
    }

    private Check Check(RuleSet current, RateLimitRequest request, RateLimitDescriptor descriptor, long now)
    {
        var rule = descriptor.Limit is { } own && own.Unit != Envoy.Type.V3.RateLimitUnit.Unknown ? Override(own, descriptor) : current.Find(request.Domain, descriptor);
        var hits = descriptor.HitsAddend is { } ownHits ? (uint)Math.Min(ownHits, uint.MaxValue) : Math.Max(1, request.HitsAddend);
        return new Check(rule, rule is null ? null : figures.Of(request.Domain, rule, descriptor), CounterKey.Of(request.Domain, descriptor), hits, now);
    }

    private static LimitRule Override(RateLimitDescriptor.Types.RateLimitOverride own, RateLimitDescriptor descriptor) => new()
    {
        Unit = (global::Ratelimit.Config.Ratelimit.V3.RateLimitUnit)own.Unit,
        RequestsPerUnit = own.RequestsPerUnit,
        Path = [.. descriptor.Entries.Select(entry => entry.Key)],
    };

    /// <summary>Asks the store; what is to be answered instead if it does not.</summary>
    private async Task<Code?> CountAsync(Check[] asked, CancellationToken cancel)
    {
        try
        {
            var answers = await store.CountAsync(Array.ConvertAll(asked, check => check.Query), cancel).ConfigureAwait(false);
            for (var i = 0; i < asked.Length; i++) asked[i].After = answers[i].After;
            return null;
        }
        catch (CounterStoreException e)
        {
            figures.StoreErrors.Add(1);
            if (options.OnStoreFailure == StoreFailure.Allow) return Code.Ok;
            if (options.OnStoreFailure == StoreFailure.Deny) return Code.OverLimit;
            figures.ServiceErrors.Add(1);
            throw new GrpcException(GrpcStatusCode.Unavailable, e.Message, e);
        }
    }

    private static RateLimitResponse Same(RateLimitRequest request, Code code)
    {
        var response = new RateLimitResponse { OverallCode = code };
        response.Statuses.AddRange(request.Descriptors.Select(_ => new DescriptorStatus { Code = code }));
        return response;
    }

    private GrpcException Wrong(string what)
    {
        figures.ServiceErrors.Add(1);
        return new GrpcException(GrpcStatusCode.InvalidArgument, what);
    }
}
