using System.Collections.Immutable;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>
/// A service as clients see it: a host, ports and addresses. Who serves it is an <see cref="EndpointSet"/> of its own, so that a change of endpoints is no
/// change of the service. Immutable; equal by content.
/// </summary>
public sealed record Service
{
    /// <summary>Host and namespace.</summary>
    public required ServiceId Id { get; init; }

    /// <summary>The ServiceEntry or core Service that defines it.</summary>
    public required ResourceKey Source { get; init; }

    /// <summary>When that was created: of two services with one host the older counts.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>In the order of the resource; numbers are distinct.</summary>
    public required ImmutableArray<ServicePort> Ports { get; init; }

    /// <summary>Virtual addresses as given in the resource: IP addresses, without prefix lengths.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>The address that the control plane gave it; null: none.</summary>
    public string? AllocatedAddress { get; init; }

    /// <summary>How its endpoints are found.</summary>
    public Resolution Resolution { get; init; }

    /// <summary>Outside of the mesh.</summary>
    public bool External { get; init; }

    /// <summary>It has no address of its own on purpose (<c>clusterIP: None</c>): clients look up its endpoints.</summary>
    public bool IsHeadless { get; init; }

    /// <summary>Who can see it.</summary>
    public Visibility ExportTo { get; init; } = Visibility.Public;

    /// <summary>Labels of the workloads that serve it; null: endpoints are listed.</summary>
    public LabelSet? Selector { get; init; }

    /// <summary>The host.</summary>
    public string Host => Id.Host;

    /// <summary>The namespace.</summary>
    public string Namespace => Id.Namespace;

    /// <summary>Its host is a pattern.</summary>
    public bool IsWildcard => Host.StartsWith('*');

    /// <summary>A port by number; null: it has none.</summary>
    public ServicePort? FindPort(int number)
    {
        foreach (var port in Ports)
            if (port.Number == number)
                return port;
        return null;
    }

    /// <summary>Equal by content.</summary>
    public bool Equals(Service? other) =>
        other is not null && Id == other.Id && Source == other.Source && Created == other.Created
        && Ports.AsSpan().SequenceEqual(other.Ports.AsSpan()) && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan())
        && AllocatedAddress == other.AllocatedAddress && IsHeadless == other.IsHeadless && Resolution == other.Resolution && External == other.External
        && ExportTo.Equals(other.ExportTo) && Equals(Selector, other.Selector);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}

/// <summary>How the endpoints of a service are found.</summary>
public enum Resolution
{
    /// <summary>They are known addresses: EDS.</summary>
    Static,

    /// <summary>Names that the proxy looks up; all addresses are used.</summary>
    Dns,

    /// <summary>A name that the proxy looks up; the first address is used for new connections.</summary>
    DnsRoundRobin,

    /// <summary>Where the client wanted to go.</summary>
    None,
}
