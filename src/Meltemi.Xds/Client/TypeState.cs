using Meltemi.Xds.Server;

namespace Meltemi.Xds.Client;

/// <summary>What a client wants and holds of a type; outlives streams.</summary>
internal sealed class TypeState(string type)
{
    private readonly Dictionary<string, XdsResource> _held = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    public string Type { get; } = type;

    /// <summary>Everything of the type is wanted, not <see cref="Names"/>.</summary>
    public bool IsWildcard { get; set; }

    /// <summary>The names that are wanted.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Counts changes of what is wanted, so that streams see at a glance whether there is something to say.</summary>
    public int Changes { get; set; }

    /// <summary>What was accepted last, by name; also what is no longer wanted, until the server was told so.</summary>
    public IReadOnlyDictionary<string, XdsResource> Held => _held;

    /// <summary>Names of what is held, and of what was refused when nothing was.</summary>
    public IEnumerable<string> Known => _held.Keys.Concat(_refused.Where(name => !_held.ContainsKey(name)));

    /// <summary>State of the world: version of the last response that was accepted as a whole.</summary>
    public string Version { get; set; } = "";

    public bool Wants(string name) => IsWildcard || Names.Contains(name);

    /// <summary>Has the handler take over what a response brought; the answer is the reason of a NACK, null: all is well.</summary>
    /// <param name="resources">All resources of the response.</param>
    /// <param name="removed">Names that are gone.</param>
    /// <param name="problems">What was wrong with the response itself.</param>
    public string? TakeOver(IEnumerable<XdsResource> resources, IEnumerable<string> removed, List<string> problems, IXdsHandler handler)
    {
        var changed = new List<XdsResource>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (!Wants(resource.Name)) continue; // on its way when it was unsubscribed
            if (!names.Add(resource.Name)) problems.Add($"'{resource.Name}' is there twice");
            else if (IsNews(resource)) changed.Add(resource);
            else _held[resource.Name] = resource;
        }

        var gone = removed.Where(name => Wants(name) && !names.Contains(name)).ToList();
        var rejected = handler.Received(new XdsUpdate(Type, changed, gone));
        var refused = rejected.Select(rejection => rejection.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var resource in changed)
        {
            if (refused.Contains(resource.Name)) _refused.Add(resource.Name);
            else if (Wants(resource.Name)) Hold(resource);
        }

        foreach (var name in gone) Forget(name);
        problems.AddRange(rejected.Select(rejection => $"{rejection.Name}: {rejection.Reason}"));
        return problems.Count == 0 ? null : NackText.Of(problems);
    }

    /// <summary>The server is being told what is wanted: what is not is no longer held, since there will be no news of it.</summary>
    public void ForgetUnwanted()
    {
        if (IsWildcard) return;
        foreach (var name in Known.Where(name => !Names.Contains(name)).ToList()) Forget(name);
    }

    private void Forget(string name)
    {
        _held.Remove(name);
        _refused.Remove(name);
    }

    // What is as it was is no news, unless something else was refused in between: then it says that all is well again.
    private bool IsNews(XdsResource resource) =>
        _refused.Contains(resource.Name) || !_held.TryGetValue(resource.Name, out var held) || held.Body != resource.Body;

    /// <summary>A resource is accepted.</summary>
    public void Hold(XdsResource resource)
    {
        _refused.Remove(resource.Name);
        _held[resource.Name] = resource;
    }
}
