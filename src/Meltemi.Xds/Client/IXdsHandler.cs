using Meltemi.Xds.Server;

namespace Meltemi.Xds.Client;

/// <summary>What becomes of the resources that a client receives. Called on the client's queue.</summary>
public interface IXdsHandler
{
    /// <summary>Takes over what a response brought, which may be nothing; the answer names the resources that cannot be used, each with the reason. All others are.</summary>
    IReadOnlyList<XdsRejection> Received(XdsUpdate update);

    /// <summary>A server answered on a new stream.</summary>
    /// <param name="server">Its address.</param>
    /// <param name="delta">The stream is a delta stream, not one of the state of the world.</param>
    void Connected(string server, bool delta);

    /// <summary>A stream ended or did not come about.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="wasConnected"><see cref="Connected"/> was called for it.</param>
    void Disconnected(string server, string reason, bool wasConnected);
}

/// <summary>What changed of a type: the same for both protocols, resources that are as they were left out.</summary>
/// <param name="Type">Type URL, one of <see cref="XdsTypes"/>.</param>
/// <param name="Changed">New, or different from what was accepted before.</param>
/// <param name="Removed">Names of those that are gone or, in a delta stream, do not exist.</param>
public sealed record XdsUpdate(string Type, IReadOnlyList<XdsResource> Changed, IReadOnlyList<string> Removed);

/// <summary>A resource that cannot be used; what was accepted before under its name stays.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Field and problem.</param>
public sealed record XdsRejection(string Name, string Reason);

/// <summary>A client of a control plane, to be called on its queue.</summary>
public interface IXdsClient : IAsyncDisposable
{
    /// <summary>Everything that is held: subscribed, received and accepted.</summary>
    IEnumerable<XdsResource> Held { get; }

    /// <summary>
    /// Takes over what was held in an earlier life, as if it had been received. A server is told its versions and sends what became different.
    /// Before <see cref="Start"/>, and after the subscriptions that do not follow from resources.
    /// </summary>
    void Restore(IReadOnlyCollection<XdsResource> resources);

    /// <summary>A resource that was refused is in use after all.</summary>
    void Accept(XdsResource resource);

    /// <summary>Begins to look for a server.</summary>
    void Start();

    /// <summary>Everything of a type.</summary>
    void SubscribeAll(string type);

    /// <summary>A resource by name.</summary>
    void Subscribe(string type, string name);

    /// <summary>A resource is no longer wanted: it is forgotten, and comes anew if it is asked for again.</summary>
    void Unsubscribe(string type, string name);
}
