using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>What is to be told of a resource from a control plane.</summary>
/// <param name="Type">Type URL.</param>
/// <param name="Name">Its name.</param>
/// <param name="Active">What is in force; null: nothing yet.</param>
/// <param name="Warming">What waits for what it needs; null: nothing.</param>
/// <param name="Error">What was refused last; null: nothing since the last that was accepted.</param>
public sealed record ResourceStatus(string Type, string Name, ReceivedResource? Active, ReceivedResource? Warming, ResourceError? Error);

/// <summary>A resource and when it came.</summary>
public sealed record ReceivedResource(XdsResource Resource, DateTimeOffset At);

/// <summary>A resource that was refused, and why.</summary>
public sealed record ResourceError(XdsResource Resource, DateTimeOffset At, string Details);
