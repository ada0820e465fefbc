using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Core.V3;

namespace Meltemi.Xds.Server;

/// <summary>Who is connected. Members are safe from any thread.</summary>
public sealed class XdsClients
{
    private readonly ConcurrentDictionary<XdsClient, bool> _clients = new(ReferenceEqualityComparer.Instance);

    /// <summary>All of them, in the order in which they came.</summary>
    public IReadOnlyList<XdsClient> All => [.. _clients.Keys.OrderBy(client => client.Since)];

    internal void Add(XdsClient client) => _clients[client] = true;

    internal void Remove(XdsClient client) => _clients.TryRemove(client, out _);
}

/// <summary>A stream that is served. Members are safe from any thread.</summary>
public sealed class XdsClient
{
    private readonly IXdsView _view;
    private ImmutableDictionary<string, XdsTypeState> _types = ImmutableDictionary.Create<string, XdsTypeState>(StringComparer.Ordinal);

    internal XdsClient(Node node, IPEndPoint? peer, bool isDelta, string? onlyType, DateTimeOffset since, IXdsView view)
    {
        (Node, Peer, IsDelta, OnlyType, Since, _view) = (node, peer, isDelta, onlyType, since, view);
    }

    /// <summary>As it introduced itself. Not to be changed.</summary>
    public Node Node { get; }

    /// <summary>Where it is; null if that is not known.</summary>
    public IPEndPoint? Peer { get; }

    /// <summary>It speaks delta, not state of the world.</summary>
    public bool IsDelta { get; }

    /// <summary>The type of its stream; null: all of them (ADS).</summary>
    public string? OnlyType { get; }

    /// <summary>Since when it is served.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>How far it is, by type URL.</summary>
    public ImmutableDictionary<string, XdsTypeState> Types => Volatile.Read(ref _types);

    /// <summary>What it should have.</summary>
    public IXdsSnapshot Current => _view.Current;

    // One thread at a time: that of the stream.
    internal void Publish(IReadOnlyCollection<XdsTypeState> states)
    {
        if (states.Count > 0) Volatile.Write(ref _types, _types.SetItems(states.Select(state => KeyValuePair.Create(state.Type, state))));
    }
}
