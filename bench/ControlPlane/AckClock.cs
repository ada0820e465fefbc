using System.Diagnostics;
using Meltemi.ControlPlane.Push;
using Meltemi.Resources;

namespace Meltemi.Bench.ControlPlane;

/// <summary>
/// Measures, within the controller, from the write of a change to the moment in which the last proxy that uses the service has accepted it. What a proxy
/// should hold is known when it is published; the write is known before.
/// </summary>
internal sealed class AckClock : IPushObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceKey, long> _written = [];
    private readonly Dictionary<(ConnectedProxy Proxy, string Type, string Name), (string Version, Change Change)> _open = [];
    private readonly List<double> _milliseconds = [];
    private long _bytes;
    private long _resources;

    /// <summary>Time of each change that is done, in milliseconds.</summary>
    public IReadOnlyList<double> Milliseconds
    {
        get
        {
            lock (_gate) return [.. _milliseconds];
        }
    }

    /// <summary>Changes that some proxy has not accepted yet.</summary>
    public int Open
    {
        get
        {
            lock (_gate) return _written.Count + _open.Values.Select(open => open.Change).Distinct().Count();
        }
    }

    /// <summary>Bytes and number of resources that were published.</summary>
    public (long Bytes, long Resources) Sent => (Interlocked.Read(ref _bytes), Interlocked.Read(ref _resources));

    /// <summary>A change is written now.</summary>
    public void Writing(ResourceKey key)
    {
        lock (_gate) _written[key] = Stopwatch.GetTimestamp();
    }

    public void Connected(ConnectedProxy proxy)
    {
    }

    public void Published(ConnectedProxy proxy, IReadOnlyList<ResourceChange> changes)
    {
        lock (_gate)
        {
            foreach (var (_, after) in changes)
            {
                if (after is null) continue;
                _bytes += after.Body.Length;
                _resources++;
                if (after.Sources.IsEmpty || after.Sources[0] is not ResourceKey key || !_written.TryGetValue(key, out var started)) continue;
                _open[(proxy, after.Type, after.Name)] = (after.Version, new(key, started));
            }
        }
    }

    public void Translated(IReadOnlyCollection<ResourceKey> resources)
    {
        lock (_gate)
            foreach (var key in resources)
                _written.Remove(key);
    }

    public void Accepted(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> held)
    {
        lock (_gate)
        {
            foreach (var (place, (version, change)) in _open.Where(open => ReferenceEquals(open.Key.Proxy, proxy) && open.Key.Type == type).ToList())
            {
                if (!held.TryGetValue(place.Name, out var has) || has != version) continue;
                _open.Remove(place);
                if (!_open.Values.Any(other => other.Change == change)) _milliseconds.Add(Stopwatch.GetElapsedTime(change.Started).TotalMilliseconds);
            }
        }
    }

    public void Refused(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> sent, string reason) =>
        throw new InvalidOperationException($"{proxy.Node.Id} refused: {reason}");

    public void Disconnected(ConnectedProxy proxy)
    {
    }

    private readonly record struct Change(ResourceKey Key, long Started);
}
