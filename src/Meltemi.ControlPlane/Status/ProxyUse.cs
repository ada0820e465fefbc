using System.Collections.Immutable;

namespace Meltemi.ControlPlane.Status;

/// <summary>How far a resource got with the proxies that use it.</summary>
/// <param name="Uses">Connected proxies that were sent something made from it.</param>
/// <param name="Runs">Those of them that run by the newest of it.</param>
/// <param name="Refusals">Those that refused, with their reasons.</param>
public sealed record ProxyUse(int Uses, int Runs, ImmutableArray<Refusal> Refusals)
{
    /// <summary>Nobody uses it.</summary>
    public static ProxyUse None { get; } = new(0, 0, []);

    /// <summary>How many refused; <see cref="Refusals"/> may leave some out.</summary>
    public int Refused { get; init; } = Refusals.Length;

    /// <summary>Other controllers that have not said yet how far their proxies are.</summary>
    public ImmutableArray<string> Awaited { get; init; } = [];
}

/// <summary>A proxy that refused what was made of a resource.</summary>
/// <param name="Proxy">Its id.</param>
/// <param name="Reason">In its own words.</param>
public sealed record Refusal(string Proxy, string Reason);
