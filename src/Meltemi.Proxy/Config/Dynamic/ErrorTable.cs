using Meltemi.Xds.Client;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>Resources that were refused and not accepted since, by name.</summary>
internal sealed class ErrorTable
{
    // Names come from outside.
    private const int Most = 10_000;

    private readonly Dictionary<string, ResourceError> _byName = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ResourceError> All => _byName.Values;

    public ResourceError? Of(string name) => _byName.GetValueOrDefault(name);

    public XdsRejection Add(ResourceError error)
    {
        if (_byName.Count < Most || _byName.ContainsKey(error.Resource.Name)) _byName[error.Resource.Name] = error;
        return new(error.Resource.Name, error.Details);
    }

    public void Remove(string name) => _byName.Remove(name);

    /// <summary>The resources that there are, and behind them those that were never accepted.</summary>
    public IEnumerable<ResourceStatus> AddTo(string type, IEnumerable<ResourceStatus> known)
    {
        var rest = new Dictionary<string, ResourceError>(_byName, StringComparer.Ordinal);
        foreach (var status in known)
        {
            rest.Remove(status.Name);
            yield return status;
        }

        foreach (var (name, error) in rest) yield return new(type, name, null, null, error);
    }
}

/// <summary>How often resources of a type came, changed and went.</summary>
internal sealed class ResourceCounts
{
    public long Added { get; set; }

    public long Modified { get; set; }

    public long Removed { get; set; }
}
