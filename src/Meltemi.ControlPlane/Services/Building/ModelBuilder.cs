using Meltemi.ControlPlane.Services.Addresses;
using Meltemi.ControlPlane.Services.Reading;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;
using Meltemi.Resources.Istio;

namespace Meltemi.ControlPlane.Services.Building;

/// <summary>
/// Keeps the model up to date: each change of a resource touches what it names and nothing else. The result is the same as if the model had been made
/// from all resources at once. Not safe for threads.
/// </summary>
public sealed class ModelBuilder
{
    private readonly MeshOptions _options;
    private readonly HostTable _hosts;
    private readonly EndpointTable _endpoints = new();
    private readonly OtherTable _others = new();
    private readonly ServiceAddresses _addresses;
    private StoreState _state = StoreState.Empty;

    /// <param name="options">What is the same for the whole mesh.</param>
    /// <param name="addresses">Gives services addresses.</param>
    public ModelBuilder(MeshOptions options, AddressAllocator addresses)
    {
        _options = options;
        _hosts = new(options);
        _addresses = new(addresses);
        Model = new() { Options = options };
    }

    /// <summary>The mesh after the last changes.</summary>
    public MeshModel Model { get; private set; }

    /// <summary>Makes the model of a state, if there was none before. Older resources come first, so that they get the addresses of their choice.</summary>
    public ModelChanges Load(StoreState state)
    {
        var resources = state.Resources.Values.ToArray();
        Array.Sort(resources, Age.Compare);
        return Apply(state, resources.Select(resource => new StoreChange(state.Revision, null, resource)));
    }

    /// <summary>Takes changes over.</summary>
    public ModelChanges Apply(StoreChanges changes) => Apply(changes.State, changes.Changes);

    /// <summary>Gives services other addresses, since another controller gave theirs to somebody else.</summary>
    public ModelChanges Readdress(IEnumerable<string> hosts)
    {
        _addresses.Lose(hosts);
        return Apply(_state, []);
    }

    private ModelChanges Apply(StoreState state, IEnumerable<StoreChange> all)
    {
        _state = state;
        var changes = new ModelChanges();
        var dirty = new HashSet<ServiceId>();
        foreach (var change in all)
        {
            if (MeansNothing(change)) continue;
            changes.Resources.Add(change.Key);
            File(change, changes, dirty);
        }

        _addresses.Settle(_hosts, changes.Hosts);
        foreach (var id in dirty)
        {
            var service = FirstOf(id);
            var source = service is null ? null : _state.Resources.GetValueOrDefault(service.Source);
            if (_endpoints.Refresh(id, service, source, out var before)) changes.Endpoints.TryAdd(id, before);
        }

        changes.Wildcards = changes.Hosts.Any(host => host.StartsWith('*'));
        if (!changes.IsEmpty)
            Model = _others.WriteTo(_endpoints.WriteTo(_hosts.WriteTo(Model, changes.Wildcards)));
        Model = Model with { Revision = state.Revision };
        return changes;
    }

    // The status of a flat kind (a pod's address) is part of what we read; one that was made anew meanwhile is younger.
    private static bool MeansNothing(StoreChange change) =>
        change.StatusOnly && change.Before!.Meta.CreationTimestamp == change.After!.Meta.CreationTimestamp
        && (!change.Key.Kind.Flat || change.Before.Spec.Equals(change.After.Spec));

    private void File(StoreChange change, ModelChanges changes, HashSet<ServiceId> dirty)
    {
        var (before, after) = (change.Before, change.After);
        switch (change.Key.Kind.Name)
        {
            case nameof(ResourceKinds.ServiceEntry):
                FileServices(before is null ? [] : ServiceEntries.Read(before), after is null ? [] : ServiceEntries.Read(after), changes, dirty);
                break;
            case nameof(ResourceKinds.Service):
                FileServices(before is null ? [] : [CoreServices.Read(before, _options)], after is null ? [] : [CoreServices.Read(after, _options)], changes, dirty);
                break;
            case nameof(ResourceKinds.WorkloadEntry) or nameof(ResourceKinds.Pod):
                _endpoints.FileWorkload(change.Key, after, dirty);
                break;
            case nameof(ResourceKinds.EndpointSlice) or nameof(ResourceKinds.Endpoints):
                _endpoints.FileSlice(before, after, _options, dirty);
                break;
            case nameof(ResourceKinds.DestinationRule):
                _hosts.File(before, after, rule => [rule.SpecAs<DestinationRule>().Host], HostChanges.DestinationRule, changes.Hosts);
                break;
            case nameof(ResourceKinds.MetaRouter):
                _hosts.File(before, after, GatewayBindings.Files, HostChanges.MetaRouter, changes.Hosts);
                break;
            case nameof(ResourceKinds.VirtualService):
                _hosts.File(before, after, service => service.SpecAs<VirtualService>().Hosts, HostChanges.VirtualService, changes.Hosts);
                break;
            default:
                _others.File(change.Key, after);
                changes.Kinds.Add((change.Key.Kind, change.Key.Namespace));
                break;
        }
    }

    private void FileServices(IReadOnlyCollection<Service> before, IReadOnlyCollection<Service> after, ModelChanges changes, HashSet<ServiceId> dirty)
    {
        foreach (var old in before)
            if (!after.Any(service => service.Id == old.Id))
                Replace(old, null, changes, dirty);
        foreach (var service in after) Replace(before.FirstOrDefault(old => old.Id == service.Id), service, changes, dirty);
    }

    private void Replace(Service? before, Service? after, ModelChanges changes, HashSet<ServiceId> dirty)
    {
        var id = (after ?? before)!.Id;
        var firstBefore = FirstOf(id);
        var kept = before is null ? null : _hosts.Find(id.Host)?.Services.FirstOrDefault(service => service.Source == before.Source);
        if (after is not null && kept is not null) after = after with { AllocatedAddress = kept.AllocatedAddress };
        _addresses.Replace(kept, after);
        _hosts.Update(id.Host, config => HostChanges.Service(config, kept, after), changes.Hosts);
        _hosts.Readdress(id.Host, kept?.Addresses ?? []);
        var firstAfter = FirstOf(id);
        if (firstAfter is null) _hosts.RemoveFrom(id);
        else if (firstBefore is null) _hosts.AddTo(id);
        _endpoints.FileService(firstBefore, firstAfter, dirty);
    }

    // Two resources of one namespace may claim one host: the older one counts.
    private Service? FirstOf(ServiceId id) => _hosts.Find(id.Host)?.Services.FirstOrDefault(service => service.Namespace == id.Namespace);
}
