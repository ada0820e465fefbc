using Meltemi.Proxy.Balancing;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Discovery;

/// <summary>Endpoints that a control plane tells (<c>envoy.config.endpoint.v3.ClusterLoadAssignment</c>); none until it does.</summary>
public sealed class EdsSource : EndpointSource
{
    internal EdsSource(ClusterConfig cluster, Action<EndpointSet> changed, EndpointSource? previous)
        : base(cluster, changed, previous)
    {
        // A cluster whose other settings changed goes on with what it was told.
        if (previous is not EdsSource { Told: { } told }) return;
        Told = told;
        Overprovisioning = told.Overprovisioning;
        Begin(told.Endpoints);
        SetReady();
    }

    /// <summary>What was told last; null: nothing yet.</summary>
    private AssignmentConfig? Told { get; set; }

    /// <inheritdoc/>
    public override void Start()
    {
        // Ready with the first update, not before.
    }

    /// <summary>The endpoints, all of them; an empty list is an answer too: the cluster has none.</summary>
    public void Update(AssignmentConfig assignment)
    {
        lock (Gate)
        {
            Told = assignment;
            Overprovisioning = assignment.Overprovisioning;
            Publish(assignment.Endpoints);
        }

        CountSuccess();
        if (assignment.Endpoints.IsEmpty) CountEmpty();
        SetReady();
    }
}
