using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>A client of a control plane that the test plays: it gives what is subscribed, and nothing else.</summary>
internal sealed class FakeControlPlane(IReadOnlyList<Uri> addresses, bool delta, string? type, IXdsHandler handler) : IXdsClient
{
    private readonly Dictionary<(string, string), XdsResource> _held = [];

    public IReadOnlyList<Uri> Addresses => addresses;

    public bool Delta => delta;

    public string? Type => type;

    public bool IsStarted { get; private set; }

    public bool IsDisposed { get; private set; }

    public HashSet<string> Wildcards { get; } = [];

    /// <summary>What is asked for by name.</summary>
    public HashSet<(string Type, string Name)> Names { get; } = [];

    public IEnumerable<XdsResource> Held => _held.Values;

    public void SubscribeAll(string type) => Wildcards.Add(type);

    public void Subscribe(string type, string name) => Names.Add((type, name));

    public void Unsubscribe(string type, string name)
    {
        Names.Remove((type, name));
        _held.Remove((type, name));
    }

    public void Accept(XdsResource resource) => _held[(resource.Type, resource.Name)] = resource;

    public void Restore(IReadOnlyCollection<XdsResource> resources)
    {
        foreach (var type in XdsTypes.InOrder) Push([.. resources.Where(resource => resource.Type == type)], []);
    }

    public void Start() => IsStarted = true;

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }

    /// <summary>Sends a response; the answer is what was refused.</summary>
    public IReadOnlyList<XdsRejection> Push(XdsResource[] resources, string[] removed, string? ofType = null)
    {
        if (resources.Length == 0 && removed.Length == 0 && ofType is null) return [];
        ofType ??= resources[0].Type;
        var wanted = resources.Where(resource => Wildcards.Contains(resource.Type) || Names.Contains((resource.Type, resource.Name))).ToList();
        var rejections = handler.Received(new XdsUpdate(ofType, wanted, removed));
        foreach (var resource in wanted.Where(resource => rejections.All(rejection => rejection.Name != resource.Name))) Accept(resource);
        foreach (var name in removed) _held.Remove((ofType, name));
        return rejections;
    }

    public void Connect() => handler.Connected("cp:1", delta);

    public void Disconnect(string reason = "gone") => handler.Disconnected("cp:1", reason, wasConnected: true);
}
