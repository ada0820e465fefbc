using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>The stream's side of a client. What it sees is put in by the publisher.</summary>
internal sealed class ProxyView(ConnectedProxy proxy, Publisher publisher, Action changed) : IXdsView
{
    /// <summary>Who it is, as others see it.</summary>
    public ConnectedProxy Proxy => proxy;

    /// <summary>What it shares with its like; null: it asks for resources by name.</summary>
    public Scope? Scope { get; set; }

    /// <summary>What only it gets.</summary>
    public OwnResources Own { get; set; } = OwnResources.None;

    /// <summary>The shared sets that its snapshot is made of.</summary>
    public ResourceSets Shared { get; set; } = ResourceSets.Empty;

    /// <summary>The sets of its own that its snapshot is made of.</summary>
    public ResourceSets OwnServed { get; set; } = ResourceSets.Empty;

    /// <inheritdoc/>
    public IXdsSnapshot Current => proxy.Current;

    /// <summary>Tells the stream that there is something new.</summary>
    public void Notify() => changed();

    /// <inheritdoc/>
    public void Accepted(string type, IReadOnlyDictionary<string, string> held) => publisher.Accepted(this, type, held);

    /// <inheritdoc/>
    public void Refused(string type, IReadOnlyDictionary<string, string> sent, string reason) => publisher.Refused(this, type, sent, reason);

    /// <inheritdoc/>
    public void Dispose() => publisher.Close(this);
}
