using Envoy.Config.Core.V3;

namespace Meltemi.Xds.Server;

/// <summary>Where the xDS server has its resources from: the control plane's push side, or a test.</summary>
public interface IXdsSource
{
    /// <summary>Whether everything needed was read, so that clients can be answered; until then streams are refused as unavailable.</summary>
    bool IsReady { get; }

    /// <summary>A client introduced itself. The answer lives as long as its stream.</summary>
    /// <param name="node">The node of the first request.</param>
    /// <param name="changed">
    /// To be called, from any thread and at any time after this returned, when <see cref="IXdsView.Current"/> has become another one. Cheap; calls that
    /// come while the stream is busy merge into one.
    /// </param>
    /// <exception cref="XdsRefusedException">The node may not or cannot be served, with a sentence that says why.</exception>
    IXdsView Open(Node node, Action changed);
}

/// <summary>What one client may see.</summary>
public interface IXdsView : IDisposable
{
    /// <summary>The resources as they are now: one consistent, immutable state in which every reference resolves.</summary>
    IXdsSnapshot Current { get; }

    /// <summary>
    /// The client accepted what was sent of a type: everything of that type that it now holds is <paramref name="held"/> (name to version).
    /// </summary>
    void Accepted(string type, IReadOnlyDictionary<string, string> held);

    /// <summary>The client refused what was sent of a type; the names are those sent, the reason is its own.</summary>
    void Refused(string type, IReadOnlyDictionary<string, string> sent, string reason);
}

/// <summary>An immutable set of resources.</summary>
public interface IXdsSnapshot
{
    /// <summary>What a client that asks for everything of a type (<c>*</c>) gets.</summary>
    IReadOnlyCollection<XdsResource> All(string type);

    /// <summary>A resource by name, whether or not it is in <see cref="All"/> (gRPC clients and on-demand subscriptions ask by name); null: none.</summary>
    XdsResource? Find(string type, string name);
}

/// <summary>A client cannot be served.</summary>
public sealed class XdsRefusedException(string message) : Exception(message);
