namespace Meltemi.ControlPlane.Services;

/// <summary>A port of a service.</summary>
/// <param name="Number">As clients connect to it.</param>
/// <param name="Name">Name in the resource; may be empty.</param>
/// <param name="Kind">How its traffic is treated.</param>
/// <param name="Application">
/// The application protocol in small letters, such as <c>dubbo</c> or <c>thrift</c>, if <paramref name="Kind"/> is <see cref="PortKind.Meta"/>; several with
/// commas between them, or <see cref="Auto"/>, if it is <see cref="PortKind.Recognised"/>; else empty.
/// </param>
public sealed record ServicePort(int Number, string Name, PortKind Kind, string Application = "")
{
    /// <summary>All protocols that can be recognised.</summary>
    public const string Auto = "auto";

    /// <summary>
    /// Of a port of <see cref="PortKind.Recognised"/>: how long clients may say too little before they are taken for clients of none of its protocols.
    /// Zero: for ever.
    /// </summary>
    public TimeSpan SilenceLimit { get; init; }

    /// <summary>Whether requests of a protocol may be what comes to the port.</summary>
    public bool MaySpeak(string application) => Kind switch
    {
        PortKind.Meta => Application == application,
        PortKind.Recognised => Application == Auto || Application.Split(',').Contains(application),
        _ => false,
    };
}

/// <summary>How the traffic of a port is treated.</summary>
public enum PortKind
{
    /// <summary>Bytes.</summary>
    Tcp,

    /// <summary>A request protocol with a codec: the meta protocol filter serves it.</summary>
    Meta,

    /// <summary>One of several request protocols, shown by a connection's first bytes; bytes if it is none of them.</summary>
    Recognised,

    /// <summary>HTTP/1.</summary>
    Http,

    /// <summary>HTTP/2 without TLS.</summary>
    Http2,

    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>TLS that is not ours: passed on as bytes.</summary>
    Tls,

    /// <summary>Not TCP: not served.</summary>
    Udp,
}
