using Meltemi.Xds.Client;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>The endpoints that control planes give (EDS): told to the clusters that have them from there, and to nobody else.</summary>
internal sealed class EndpointResources(DataPlane plane, ResourceTranslator translator, SourceTable sources, TimeProvider time)
{
    private readonly Dictionary<(Source Source, string Name), Assignment> _assignments = [];

    /// <summary>What there is to tell of each.</summary>
    public IEnumerable<ResourceStatus> Status => _assignments.Select(
        entry => new ResourceStatus(XdsTypes.Endpoints, entry.Key.Name, entry.Value.Received, null, entry.Value.Error));

    /// <summary>A cluster has its endpoints from here. If they are known it is told them at once.</summary>
    public void Use(Source source, string name, string cluster)
    {
        if (!_assignments.TryGetValue((source, name), out var assignment))
        {
            _assignments[(source, name)] = assignment = new();
            source.Subscribe(XdsTypes.Endpoints, name);
        }

        assignment.Clusters.Add(cluster);
        if (assignment.Endpoints is { } known) plane.SetEndpoints(cluster, known);
    }

    /// <summary>A cluster no longer has its endpoints from here.</summary>
    public void Release(Source source, string name, string cluster)
    {
        if (!_assignments.TryGetValue((source, name), out var assignment) || !assignment.Clusters.Remove(cluster)) return;
        if (assignment.Clusters.Count > 0) return;
        _assignments.Remove((source, name));
        source.Unsubscribe(XdsTypes.Endpoints, name);
        sources.Tidy(source);
    }

    /// <summary>Endpoints came.</summary>
    /// <param name="touched">Gets the clusters that have them.</param>
    /// <returns>Why they cannot be used; null: they are.</returns>
    public XdsRejection? Receive(Source source, XdsResource resource, ICollection<string> touched)
    {
        if (!_assignments.TryGetValue((source, resource.Name), out var assignment)) return null;
        var (list, reason) = translator.Endpoints(resource);
        if (list is null)
        {
            assignment.Error = new(resource, time.GetUtcNow(), reason!);
            return new(resource.Name, reason!);
        }

        assignment.Error = null;
        assignment.Received = new(resource, time.GetUtcNow());
        Tell(assignment, list, touched);
        return null;
    }

    /// <summary>
    /// There are none of this name. A cluster that never had any is told so, and need not be waited for; one that has some keeps them: it is the
    /// cluster that goes when a service goes.
    /// </summary>
    public void DoesNotExist(Source source, string name, ICollection<string> touched)
    {
        if (_assignments.TryGetValue((source, name), out var assignment) && assignment.Endpoints is null) Tell(assignment, new([]), touched);
    }

    private void Tell(Assignment assignment, AssignmentConfig endpoints, ICollection<string> touched)
    {
        assignment.Endpoints = endpoints;
        foreach (var cluster in assignment.Clusters)
        {
            plane.SetEndpoints(cluster, endpoints);
            touched.Add(cluster);
        }
    }

    private sealed class Assignment
    {
        public HashSet<string> Clusters { get; } = new(StringComparer.Ordinal);

        public AssignmentConfig? Endpoints { get; set; }

        public ReceivedResource? Received { get; set; }

        public ResourceError? Error { get; set; }
    }
}
