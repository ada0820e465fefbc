using Meltemi.ControlPlane.Services;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>Who claims the name of a listener, that is an address and port: of several the oldest service has it. Not safe for threads.</summary>
internal sealed class ListenerOwners
{
    private readonly Dictionary<string, List<(string Host, Service? Service, XdsResource Listener)>> _claims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);

    /// <summary>A member claims its listeners.</summary>
    public void Add(Member member)
    {
        foreach (var listener in member.Listeners.Resources)
        {
            if (!_claims.TryGetValue(listener.Name, out var claims)) _claims[listener.Name] = claims = new(1);
            claims.Add((member.Host, member.Service, listener));
            _touched.Add(listener.Name);
        }
    }

    /// <summary>A member gives up its listeners.</summary>
    public void Remove(Member member, ResourceEdits edits)
    {
        foreach (var listener in member.Listeners.Resources)
        {
            if (!_claims.TryGetValue(listener.Name, out var claims)) continue;
            claims.RemoveAll(claim => claim.Host == member.Host);
            if (claims.Count == 0) _claims.Remove(listener.Name);
            edits.Remove(listener);
            _touched.Add(listener.Name);
        }
    }

    /// <summary>Decides about all names that were claimed or given up.</summary>
    public void Decide(ResourceEdits edits)
    {
        foreach (var name in _touched)
            if (_claims.TryGetValue(name, out var claims))
                edits.Set(claims.Count == 1 ? claims[0].Listener : claims.MinBy(claim => claim.Service, Comparer<Service?>.Create(Older)).Listener);
        _touched.Clear();
    }

    private static int Older(Service? a, Service? b) => a is null || b is null ? (a is null ? 0 : 1) - (b is null ? 0 : 1) : Age.Compare(a, b);
}
