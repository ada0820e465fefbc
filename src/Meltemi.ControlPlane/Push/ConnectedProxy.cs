using System.Collections.Immutable;
using Meltemi.ControlPlane.Services;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>A client that is connected, as others may see it. Members are safe from any thread.</summary>
public sealed class ConnectedProxy
{
    private volatile IXdsSnapshot _current = ProxySnapshot.Empty;
    private ImmutableDictionary<string, TypeState> _states = ImmutableDictionary.Create<string, TypeState>(StringComparer.Ordinal);

    internal ConnectedProxy(ProxyNode node, DateTimeOffset since)
    {
        Node = node;
        Since = since;
    }

    /// <summary>Who it is.</summary>
    public ProxyNode Node { get; }

    /// <summary>Since when it is connected.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>What it should have.</summary>
    public IXdsSnapshot Current => _current;

    /// <summary>What it said about each type (by type URL).</summary>
    public ImmutableDictionary<string, TypeState> States => Volatile.Read(ref _states);

    internal void Publish(IXdsSnapshot snapshot) => _current = snapshot;

    internal void Said(string type, Func<TypeState, TypeState> change) =>
        ImmutableInterlocked.AddOrUpdate(ref _states, type, _ => change(TypeState.Unknown), (_, before) => change(before));
}

/// <summary>What a client said about a type of resource.</summary>
/// <param name="Held">What it holds, name to version.</param>
/// <param name="AcceptedAt">When it last accepted; null: never.</param>
/// <param name="Refusal">Why it refused what it was sent last; null: it did not.</param>
/// <param name="RefusedAt">When it last refused; null: never.</param>
public sealed record TypeState(IReadOnlyDictionary<string, string> Held, DateTimeOffset? AcceptedAt, string? Refusal, DateTimeOffset? RefusedAt)
{
    /// <summary>Nothing.</summary>
    public static TypeState Unknown { get; } = new(ImmutableDictionary<string, string>.Empty, null, null, null);
}
