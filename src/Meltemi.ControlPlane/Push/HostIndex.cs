namespace Meltemi.ControlPlane.Push;

/// <summary>Which scopes look at a host. Not safe for threads.</summary>
internal sealed class HostIndex
{
    private readonly Dictionary<string, HashSet<Scope>> _scopes = new(StringComparer.Ordinal);

    /// <summary>A scope looks at a host.</summary>
    public void Add(string host, Scope scope)
    {
        if (!_scopes.TryGetValue(host, out var there)) _scopes[host] = there = [];
        there.Add(scope);
    }

    /// <summary>A scope looks no more at a host.</summary>
    public void Remove(string host, Scope scope)
    {
        if (_scopes.TryGetValue(host, out var there) && there.Remove(scope) && there.Count == 0) _scopes.Remove(host);
    }

    /// <summary>The scopes that look at a host.</summary>
    public IReadOnlyCollection<Scope> Of(string host) => _scopes.TryGetValue(host, out var there) ? there : [];
}
