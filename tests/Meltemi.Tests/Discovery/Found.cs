using System.Net;
using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Discovery;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Discovery;

/// <summary>A source under a manual clock and a scripted resolver, with all that it told.</summary>
internal sealed class Found : IResolver, IDisposable
{
    private readonly Dictionary<string, Func<Task<IPAddress[]>>> _answers = [];

    public Found(ClusterConfig cluster, Found? previous = null)
    {
        if (previous is not null) _answers = previous._answers;
        Source = EndpointSource.Create(cluster, Sets.Add, previous?.Source, this, Time);
    }

    public ManualTimers Time { get; } = new();

    public EndpointSource Source { get; }

    /// <summary>What the callback got, in order.</summary>
    public List<EndpointSet> Sets { get; } = [];

    public int Asked { get; private set; }

    public string[] Names => [.. Source.Current.Endpoints.Select(endpoint => endpoint.Name)];

    public static ClusterConfig Cluster(DiscoveryType discovery, params EndPoint[] addresses) =>
        new() { Name = "c", Discovery = discovery, Endpoints = [.. addresses.Select(address => new EndpointConfig { Address = address })] };

    public Found Answer(string host, params string[] addresses)
    {
        lock (_answers) _answers[host] = () => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));
        return this;
    }

    public Found Answer(string host, Func<Task<IPAddress[]>> answer)
    {
        lock (_answers) _answers[host] = answer;
        return this;
    }

    /// <summary>Starts, and waits until so many names have been asked for and taken in.</summary>
    public async Task<Found> Started(int names = 1)
    {
        Source.Start();
        await Time.Armed(names);
        return this;
    }

    /// <summary>Goes on to the next question, and waits until its answer has been taken in. Returns the time that passed.</summary>
    public async Task<TimeSpan> Next(int names = 1)
    {
        var interval = await Time.FireNext(names);
        await Time.Armed(names);
        return interval;
    }

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        lock (_answers)
        {
            Asked++;
            return _answers[host]();
        }
    }

    public void Dispose() => Source.Dispose();
}
