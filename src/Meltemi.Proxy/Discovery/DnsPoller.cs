using System.Net;
using System.Net.Sockets;

namespace Meltemi.Proxy.Discovery;

/// <summary>
/// Asks for a name again and again until it is disposed: after a good answer at the cluster's cadence, after a failure or an empty answer
/// soon and then ever less often. Intervals are jittered, so that many proxies do not ask in step.
/// </summary>
internal sealed class DnsPoller(DnsEndPoint name, TimeSpan refresh, IResolver resolver, TimeProvider time, Action<DnsAnswer> answered)
    : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();

    /// <summary>Begins, on the thread pool.</summary>
    public void Start() => _ = Task.Run(RunAsync);

    public void Dispose()
    {
        // Not disposed: the loop may be about to use its token, and without a timer or a wait handle there is nothing to free.
        _stop.Cancel();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            var answer = await ResolveAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested) return;
            failures = answer.Addresses.Length > 0 ? 0 : failures + 1;
            answered(answer);
            await Task.Delay(Jitter(failures == 0 ? refresh : Retry(failures)), time, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<DnsAnswer> ResolveAsync()
    {
        try
        {
            // The operating system's resolver does not heed the token, hence the wait with a limit of its own.
            var addresses = await resolver.ResolveAsync(name.Host, _stop.Token).WaitAsync(Timeout, time, _stop.Token).ConfigureAwait(false);
            return new(OneFamily(addresses), Failed: false);
        }
        catch (Exception)
        {
            // Whatever a resolver throws, the name did not resolve, and the next attempt may succeed.
            return new([], Failed: true);
        }
    }

    // Most hosts with both families listen on both; trying both as separate endpoints would double a host's share. IPv4 first, because a
    // host without a route to IPv6 is more common than one without IPv4.
    private IPAddress[] OneFamily(IPAddress[] addresses)
    {
        if (name.AddressFamily != AddressFamily.Unspecified) return Only(name.AddressFamily);
        var v4 = Only(AddressFamily.InterNetwork);
        return v4.Length > 0 ? v4 : Only(AddressFamily.InterNetworkV6);

        IPAddress[] Only(AddressFamily family) => Array.FindAll(addresses, address => address.AddressFamily == family);
    }

    private TimeSpan Retry(int failures)
    {
        var shortest = refresh < FirstRetry ? refresh : FirstRetry;
        var longest = refresh > LongestRetry ? refresh : LongestRetry;
        var retry = shortest * Math.Pow(2, Math.Min(failures - 1, 30));
        return retry < longest ? retry : longest;
    }

    // A tenth to either side, within what neither spins nor is too long for a timer.
    private static TimeSpan Jitter(TimeSpan interval)
    {
        var jittered = interval.TotalMilliseconds * (0.9 + 0.2 * Random.Shared.NextDouble());
        return TimeSpan.FromMilliseconds(Math.Clamp(jittered, 100, TimeSpan.MillisecondsPerDay));
    }
}

/// <summary>What came of asking for a name.</summary>
/// <param name="Addresses">Addresses of one family, in the order of the answer.</param>
/// <param name="Failed">There was no answer; else, without addresses, it was empty.</param>
internal readonly record struct DnsAnswer(IPAddress[] Addresses, bool Failed);
