namespace Meltemi.Proxy.Balancing;

/// <summary>
/// The endpoints that earlier tries of a request went to, so that the next one goes elsewhere if it can. One list serves one request after
/// the other. Loop thread only.
/// </summary>
public sealed class TriedEndpoints
{
    /// <summary>Endpoints that are remembered; beyond them the oldest is forgotten.</summary>
    public const int Most = 8;

    private readonly Endpoint?[] _endpoints = new Endpoint?[Most];
    private int _count;

    /// <summary>How often an endpoint is chosen anew because it was tried before (<c>host_selection_retry_max_attempts</c>); 0: never.</summary>
    public int MaxAttempts { get; set; }

    /// <summary>After how many tries the priorities of those before are avoided, and again after as many more; 0: never.</summary>
    public int PriorityFrequency { get; set; }

    /// <summary>Remembers one.</summary>
    public void Add(Endpoint endpoint) => _endpoints[_count++ % Most] = endpoint;

    /// <summary>Whether a try went there.</summary>
    public bool Contains(Endpoint endpoint) => Array.IndexOf(_endpoints, endpoint, 0, Math.Min(_count, Most)) >= 0;

    /// <summary>Whether a priority is to be avoided because a try went there.</summary>
    public bool Avoids(uint priority)
    {
        if (PriorityFrequency == 0) return false;
        var counted = Math.Min(_count / PriorityFrequency * PriorityFrequency, Most);
        for (var i = 0; i < counted; i++)
        {
            if (_endpoints[i]!.Place.Priority == priority) return true;
        }

        return false;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_endpoints);
        _count = 0;
    }
}
