using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Meltemi.RateLimit.Counting;

/// <summary>
/// Counters in Redis: one server, or a cluster, or what sentinels tell of. All commands of all requests share connections and are pipelined. While there is no
/// connection questions fail at once, and none takes longer than the time limit.
/// </summary>
public sealed class RedisCounters : ICounterStore
{
    // Only counts what is within the limit, which needs both counters at one moment. Both keys have the same hash tag and so the same node.
    private const string SlidingScript = """
        local before = tonumber(redis.call('GET', KEYS[1]) or '0')
        local previous = tonumber(redis.call('GET', KEYS[2]) or '0')
        local after = before + math.ceil(previous * ARGV[3] / 1000000) + ARGV[1]
        if after <= tonumber(ARGV[2]) then
          redis.call('INCRBY', KEYS[1], ARGV[1])
          redis.call('EXPIRE', KEYS[1], ARGV[4])
        end
        return after
        """;

    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;
    private readonly TimeSpan _timeout;

    private RedisCounters(ConnectionMultiplexer connection, TimeSpan timeout)
    {
        (_connection, _database, _timeout) = (connection, connection.GetDatabase(), timeout);
    }

    /// <inheritdoc/>
    public string? Problem => _connection.IsConnected ? null : "there is no connection to Redis";

    /// <summary>Connects. If Redis is not there yet, it is looked for again and again.</summary>
    /// <param name="where">Address and options as StackExchange.Redis writes them, such as <c>localhost:6379,password=...,ssl=true</c>.</param>
    /// <param name="timeout">Longest wait for an answer.</param>
    /// <exception cref="FormatException">The text is no such thing.</exception>
    public static async Task<RedisCounters> ConnectAsync(string where, TimeSpan timeout, ILogger log)
    {
        var options = Parse(where);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "meltemi-ratelimit";
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, 2000);
        options.AsyncTimeout = Math.Max(1, (int)timeout.TotalMilliseconds);
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(500);
        var connection = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        connection.ConnectionFailed += (_, e) => RedisLog.Lost(log, $"{e.EndPoint}", $"{e.FailureType}");
        connection.ConnectionRestored += (_, e) => RedisLog.Restored(log, $"{e.EndPoint}");
        if (!connection.IsConnected) RedisLog.NotYet(log);
        return new(connection, timeout);
    }

    /// <inheritdoc/>
    public async Task<CounterAnswer[]> CountAsync(IReadOnlyList<CounterQuery> queries, CancellationToken cancel)
    {
        try
        {
            // All are written before any is awaited: one round trip.
            var answers = new Task<long>[queries.Count];
            for (var i = 0; i < answers.Length; i++) answers[i] = queries[i].Sliding is { } sliding ? Slide(queries[i], sliding) : Increment(queries[i]);
            var all = Task.WhenAll(answers);
            return Array.ConvertAll(await all.WaitAsync(_timeout, cancel).ConfigureAwait(false), after => new CounterAnswer(after));
        }
        catch (TimeoutException e)
        {
            throw new CounterStoreException($"Redis did not answer within {_timeout.TotalMilliseconds} ms", e);
        }
        catch (RedisException e)
        {
            throw new CounterStoreException($"Redis: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static ConfigurationOptions Parse(string where)
    {
        try
        {
            var options = ConfigurationOptions.Parse(where);
            return options.EndPoints.Count > 0 ? options : throw new FormatException("no address is in it");
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private Task<long> Increment(CounterQuery query)
    {
        var after = _database.StringIncrementAsync(query.Key, query.Hits);
        _ = _database.KeyExpireAsync(query.Key, query.Lifetime, flags: CommandFlags.FireAndForget);
        return after;
    }

    private async Task<long> Slide(CounterQuery query, SlidingWindow window) => (long)await _database.ScriptEvaluateAsync(
        SlidingScript, [query.Key, window.PreviousKey],
        [query.Hits, window.Limit, window.PreviousMillionths, (long)Math.Ceiling(query.Lifetime.TotalSeconds)]).ConfigureAwait(false);
}
