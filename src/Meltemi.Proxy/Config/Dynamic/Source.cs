using Meltemi.Xds.Client;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>A control plane that is followed, with what comes from it marked as its own.</summary>
internal sealed class Source(string key, string? type, ISourceReceiver receiver) : IXdsHandler
{
    /// <summary>What tells it from others, also in saved state.</summary>
    public string Key => key;

    /// <summary>The only type that it is asked for; null: all (ADS).</summary>
    public string? Type => type;

    /// <summary>Who it is.</summary>
    public required ControlPlaneConfig ControlPlane { get; init; }

    /// <summary>Listeners or clusters come from it, so that it is followed to the end.</summary>
    public bool IsRoot { get; set; }

    /// <summary>Set at once after construction.</summary>
    public IXdsClient Client { get; set; } = null!;

    /// <summary>Resources that are asked for by name.</summary>
    public int Uses { get; private set; }

    /// <summary>Whether a server answers at present.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether the outage at hand was told.</summary>
    public bool IsOutageKnown { get; private set; }

    public void Subscribe(string ofType, string name)
    {
        Uses++;
        Client.Subscribe(ofType, name);
    }

    public void Unsubscribe(string ofType, string name)
    {
        Client.Unsubscribe(ofType, name);
        Uses--;
    }

    public IReadOnlyList<XdsRejection> Received(XdsUpdate update) => receiver.Received(this, update);

    public void Connected(string server, bool delta)
    {
        IsConnected = true;
        IsOutageKnown = false;
        receiver.Connected(this, server, delta);
    }

    public void Disconnected(string server, string reason, bool wasConnected)
    {
        IsConnected = false;
        receiver.Disconnected(this, server, reason);
        IsOutageKnown = true;
    }
}

/// <summary>Takes what sources give.</summary>
internal interface ISourceReceiver
{
    IReadOnlyList<XdsRejection> Received(Source source, XdsUpdate update);

    void Connected(Source source, string server, bool delta);

    void Disconnected(Source source, string server, string reason);
}

/// <summary>Makes a client of a control plane.</summary>
/// <param name="addresses">Its servers.</param>
/// <param name="delta">The delta protocol is tried first.</param>
/// <param name="type">The only type; null: all.</param>
/// <param name="handler">Takes what comes.</param>
public delegate IXdsClient OpenClient(IReadOnlyList<Uri> addresses, bool delta, string? type, IXdsHandler handler);
