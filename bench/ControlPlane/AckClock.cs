using System.Diagnostics;
using Meltemi.ControlPlane.Push;
using Meltemi.Resources;

namespace Meltemi.Bench.ControlPlane;

/// <summary>
/// Measures, within the controller, from the write of a change to the moment in which the last proxy that uses the service has accepted it; and knows which
/// proxies have accepted everything that they were given.
/// </summary>
internal sealed class AckClock : IPushObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceKey, Change> _written = [];
    private readonly Dictionary<ConnectedProxy, Dictionary<(string Type, string Name), (string Version, Change? Change)>> _open = [];
    private readonly List<double> _milliseconds = [];
    private long _bytes;
    private long _resources;
    private int _inSync;
    private int _openChanges;

    /// <summary>Time of each change that is done, in milliseconds.</summary>
    public IReadOnlyList<double> Milliseconds
    {
        get
        {
            lock (_gate) return [.. _milliseconds];
        }
    }

    /// <summary>Changes that some proxy has not accepted yet.</summary>
    public int OpenChanges
    {
        get
        {
            lock (_gate) return _openChanges;
        }
    }

    /// <summary>Proxies that are connected, and those of them that have accepted everything.</summary>
    public (int Connected, int InSync) Proxies
    {
        get
        {
            lock (_gate) return (_open.Count, _inSync);
        }
    }

    /// <summary>Bytes and number of resources that were published.</summary>
    public (long Bytes, long Resources) Sent
    {
        get
        {
            lock (_gate) return (_bytes, _resources);
        }
    }

    /// <summary>A change is written now.</summary>
    public void Writing(ResourceKey key)
    {
        lock (_gate)
        {
            // A change that follows another one of the same service closely is measured with it.
            if (!_written.TryAdd(key, new(Stopwatch.GetTimestamp()))) return;
            _openChanges++;
        }
    }

    /// <inheritdoc/>
    public void Connected(ConnectedProxy proxy)
    {
        lock (_gate)
        {
            _open[proxy] = [];
            _inSync++;
        }
    }

    /// <inheritdoc/>
    public void Published(ConnectedProxy proxy, IReadOnlyList<ResourceChange> changes)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(proxy, out var open)) return;
            var wasInSync = open.Count == 0;
            foreach (var (before, after) in changes)
            {
                if (after is null)
                {
                    if (open.Remove((before!.Type, before.Name), out var gone)) Done(gone.Change);
                    continue;
                }

                _bytes += after.Body.Length;
                _resources++;
                Change? change = null;
                if (after.Sources is [ResourceKey key, ..] && _written.TryGetValue(key, out change))
                {
                    change.Waiting++;
                    change.IsPublished = true;
                }

                if (open.TryGetValue((after.Type, after.Name), out var earlier)) Done(earlier.Change);
                open[(after.Type, after.Name)] = (after.Version, change);
            }

            if (wasInSync && open.Count > 0) _inSync--;
        }
    }

    /// <inheritdoc/>
    public void Translated(IReadOnlyCollection<ResourceKey> resources)
    {
        lock (_gate)
            foreach (var key in resources)
                if (_written.Remove(key, out var change))
                    Release(change);
    }

    /// <inheritdoc/>
    public void Accepted(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> held)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(proxy, out var open) || open.Count == 0) return;
            foreach (var (place, (version, change)) in open.ToArray())
            {
                if (place.Type != type || !held.TryGetValue(place.Name, out var has) || has != version) continue;
                open.Remove(place);
                Done(change);
            }

            if (open.Count == 0) _inSync++;
        }
    }

    /// <inheritdoc/>
    public void Refused(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> sent, string reason) =>
        Console.Error.WriteLine($"{proxy.Node.Id} refused {type}: {reason}");

    /// <inheritdoc/>
    public void Disconnected(ConnectedProxy proxy)
    {
        lock (_gate)
        {
            if (!_open.Remove(proxy, out var open)) return;
            if (open.Count == 0) _inSync--;
            foreach (var (_, change) in open.Values) Done(change);
        }
    }

    private void Done(Change? change)
    {
        if (change is null) return;
        change.LastAck = Stopwatch.GetTimestamp();
        Release(change);
    }

    private void Release(Change change)
    {
        if (--change.Waiting > 0) return;
        _openChanges--;
        if (change.IsPublished) _milliseconds.Add(Stopwatch.GetElapsedTime(change.Started, change.LastAck).TotalMilliseconds);
    }

    private sealed class Change(long started)
    {
        public long Started => started;

        public long LastAck { get; set; }

        /// <summary>Proxies that have not accepted it, and one until all of them are known.</summary>
        public int Waiting { get; set; } = 1;

        public bool IsPublished { get; set; }
    }
}
