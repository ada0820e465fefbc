using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Services;

/// <summary>One who serves a service. There may be a million: everything that can be is shared.</summary>
/// <param name="Address">IP address; a host name when the service's resolution is DNS; <c>unix:///path</c> for a domain socket.</param>
/// <param name="Ports">Its port for each port of the service, in the service's order; 0: it does not serve that port.</param>
/// <param name="Labels">Labels that subsets choose by.</param>
/// <param name="Locality">Where it runs.</param>
/// <param name="Weight">Share within its locality; at least 1.</param>
public sealed record ServiceEndpoint(string Address, ImmutableArray<int> Ports, LabelSet Labels, Locality Locality, uint Weight = 1)
{
    /// <summary>Can be sent requests; an endpoint that is not ready is known but not used.</summary>
    public bool Ready { get; init; } = true;

    /// <summary>The workload that it is; null: it is listed in a resource of the service.</summary>
    public Workload? Workload { get; init; }

    /// <summary>Equal by content.</summary>
    public bool Equals(ServiceEndpoint? other) =>
        other is not null && Address == other.Address && Weight == other.Weight && Ready == other.Ready && Workload?.Source == other.Workload?.Source
        && Ports.AsSpan().SequenceEqual(other.Ports.AsSpan()) && Labels.Equals(other.Labels) && Locality.Equals(other.Locality);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Who serves a service, in a stable order without duplicates. Another object whenever the content is another one.</summary>
/// <param name="Service">Whose they are.</param>
/// <param name="Endpoints">Sorted by address, then ports.</param>
public sealed record EndpointSet(ServiceId Service, ImmutableArray<ServiceEndpoint> Endpoints)
{
    /// <summary>Equal by content.</summary>
    public bool Equals(EndpointSet? other) =>
        other is not null && Service == other.Service && Endpoints.AsSpan().SequenceEqual(other.Endpoints.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Service, Endpoints.Length);
}
