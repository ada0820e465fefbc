using Meltemi.ControlPlane.Services;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Push;

/// <summary>What one host adds to a scope. Immutable.</summary>
/// <param name="Host">The host.</param>
/// <param name="Service">The service that it means in this scope; null for what a gateway gets.</param>
/// <param name="Rule">Its DestinationRule; null: none.</param>
/// <param name="Seen">What decided.</param>
internal sealed record Member(string Host, Service? Service, Resource? Rule, SeenHosts Seen)
{
    /// <summary>Names of those of its clusters that the scope needs; null: all.</summary>
    public IReadOnlySet<string>? Needed { get; init; }

    public Output Clusters { get; init; } = Output.None;

    public Output Endpoints { get; init; } = Output.None;

    public Output Listeners { get; init; } = Output.None;

    public Output Routes { get; init; } = Output.None;
}
