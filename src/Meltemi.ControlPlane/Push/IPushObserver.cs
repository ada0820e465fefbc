using Meltemi.Resources;

namespace Meltemi.ControlPlane.Push;

/// <summary>
/// Is told what is pushed and what becomes of it, for status, events and figures. Called while the push side holds its lock or on the stream's thread: be
/// quick, never throw, and never call back.
/// </summary>
public interface IPushObserver
{
    /// <summary>A client came.</summary>
    void Connected(ConnectedProxy proxy);

    /// <summary>A client's resources are others from now on: these and only these changed. For one that just came, all of them.</summary>
    void Published(ConnectedProxy proxy, IReadOnlyList<ResourceChange> changes);

    /// <summary>A client accepted what it was sent of a type: it holds these (name to version).</summary>
    void Accepted(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> held);

    /// <summary>A client refused what it was sent of a type, for a reason of its own.</summary>
    void Refused(ConnectedProxy proxy, string type, IReadOnlyDictionary<string, string> sent, string reason);

    /// <summary>A client left.</summary>
    void Disconnected(ConnectedProxy proxy);

    /// <summary>
    /// These resources are served, and everything was said about them, as they are in <see cref="PushServer.State"/>; those that are not there are gone. On a
    /// thread of its own, after they were pushed.
    /// </summary>
    void Translated(IReadOnlyCollection<ResourceKey> resources);
}
