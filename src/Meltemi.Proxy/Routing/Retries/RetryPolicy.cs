using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Hashing;
using Meltemi.Proxy.Routing.Matching;

namespace Meltemi.Proxy.Routing.Retries;

/// <summary>A compiled <see cref="RetryConfig"/>. Immutable, shared by all loops.</summary>
internal sealed class RetryPolicy
{
    private const int LeastHedgeAttempts = 3;

    private readonly uint _failures;
    private readonly uint _answers;
    private readonly int[] _codes;
    private readonly Condition[] _conditions;
    private readonly long _backOffBase;
    private readonly long _backOffMax;

    public RetryPolicy(RetryConfig config, AttributeKeys keys)
    {
        foreach (var (name, failures, answers) in RetryConditions.Table)
        {
            if (!config.On.Contains(name)) continue;
            foreach (var failure in failures) _failures |= 1u << (int)failure;
            foreach (var answer in answers) _answers |= 1u << (int)answer;
        }

        _codes = config.On.Contains(RetryConditions.StatusCodes) ? [.. config.Codes] : [];
        _conditions = config.On.Contains(RetryConditions.Headers) ? [.. config.Attributes.Select(match => new Condition(match, keys))] : [];
        _backOffBase = Math.Max(1, (long)config.BackOffBase.TotalMilliseconds);
        _backOffMax = Math.Max(_backOffBase, (long)config.BackOffMax.TotalMilliseconds);
        PerTryMilliseconds = (int)Math.Min(Math.Ceiling(config.PerTryTimeout.TotalMilliseconds), int.MaxValue / 2);
        var hedges = config.InitialRequests > 1 || config.HedgeOnPerTryTimeout;
        HostAttempts = hedges ? Math.Max(config.HostAttempts, LeastHedgeAttempts) : config.HostAttempts;
        const uint connecting = (1u << (int)ReplyReason.ConnectFailure) | (1u << (int)ReplyReason.ConnectTimeout);
        ConnectingOnly = !hedges && (_failures & ~connecting) == 0 && _answers == 0 && _codes.Length == 0 && _conditions.Length == 0;
        Config = config;
    }

    public RetryConfig Config { get; }

    /// <summary>Time of a try; 0: no limit of its own.</summary>
    public int PerTryMilliseconds { get; }

    /// <summary>How often another endpoint is chosen because the request was there before. Tries side by side always look for one.</summary>
    public int HostAttempts { get; }

    /// <summary>Whether nothing is a reason that can happen on an established connection, so that requests need not be kept there.</summary>
    public bool ConnectingOnly { get; }

    /// <summary>Whether answers must be looked into, and not only at.</summary>
    public bool LooksAtAttributes => _conditions.Length > 0;

    /// <summary>Whether a try that ended so is a reason for another.</summary>
    public bool Covers(ReplyReason failure) => (_failures >> (int)failure & 1) != 0;

    /// <summary>Whether an answer is a reason for another try.</summary>
    public bool Covers(in Frame answer) => (_answers >> (int)answer.Status & 1) != 0 || (_codes.Length > 0 && Array.IndexOf(_codes, answer.Code) >= 0);

    /// <summary>Whether an answer's attributes are.</summary>
    public bool Covers(ReadOnlySpan<byte> answer, AttributeValues values)
    {
        foreach (var condition in _conditions)
        {
            if (condition.Holds(answer, values)) return true;
        }

        return false;
    }

    /// <summary>Milliseconds before a retry: random, below a bound that doubles, so that those who failed together do not come back together.</summary>
    /// <param name="retry">Its number, from 1.</param>
    /// <param name="random">Fresh random bits.</param>
    public int BackOff(int retry, ulong random)
    {
        var bound = Math.Min(_backOffMax, _backOffBase << Math.Min(retry - 1, 20));
        return (int)Math.Min(int.MaxValue / 2, Bits.Scale(random, (ulong)bound));
    }
}
