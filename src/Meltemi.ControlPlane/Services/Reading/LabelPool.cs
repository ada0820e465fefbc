using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Services.Reading;

/// <summary>Makes one object of what is equal: of a million endpoints most have labels, ports and places that others have too. Not safe for threads.</summary>
internal sealed class LabelPool
{
    // Beyond this many different ones sharing has failed its purpose; what was shared stays so.
    private const int Capacity = 65_536;

    private readonly Dictionary<LabelSet, LabelSet> _labels = [];
    private readonly Dictionary<string, Locality> _localities = new(StringComparer.Ordinal);
    private ImmutableArray<int> _lastPorts = [];

    /// <summary>The shared labels.</summary>
    public LabelSet Labels(IEnumerable<KeyValuePair<string, string>> pairs) => Share(LabelSet.From(pairs));

    /// <summary>The shared labels.</summary>
    public LabelSet Share(LabelSet labels)
    {
        if (labels.Count == 0) return LabelSet.Empty;
        if (_labels.TryGetValue(labels, out var shared)) return shared;
        if (_labels.Count >= Capacity) _labels.Clear();
        _labels.Add(labels, labels);
        return labels;
    }

    /// <summary>The shared place.</summary>
    public Locality Locality(string text)
    {
        if (text.Length == 0) return Services.Locality.None;
        if (_localities.TryGetValue(text, out var shared)) return shared;
        if (_localities.Count >= Capacity) _localities.Clear();
        return _localities[text] = Services.Locality.Parse(text);
    }

    /// <summary>The shared ports: mostly those of the endpoint before.</summary>
    public ImmutableArray<int> Ports(ReadOnlySpan<int> ports)
    {
        if (!_lastPorts.AsSpan().SequenceEqual(ports)) _lastPorts = [.. ports];
        return _lastPorts;
    }
}

/// <summary>Finds an endpoint's port for each port of a service.</summary>
internal sealed class PortMapper(Service service, LabelPool pool)
{
    private readonly int[] _ports = new int[service.Ports.Length];

    /// <summary>The ports in the service's order.</summary>
    /// <param name="target">The endpoint's port for one of the service's; 0: none.</param>
    public ImmutableArray<int> Map(Func<ServicePort, int> target)
    {
        for (var i = 0; i < _ports.Length; i++) _ports[i] = target(service.Ports[i]);
        return pool.Ports(_ports);
    }
}
