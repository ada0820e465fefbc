namespace Meltemi.ControlPlane.Services;

/// <summary>A port of a service.</summary>
/// <param name="Number">As clients connect to it.</param>
/// <param name="Name">Name in the resource; may be empty.</param>
/// <param name="Kind">How its traffic is treated.</param>
/// <param name="Application">
/// The application protocol in small letters, such as <c>dubbo</c> or <c>thrift</c>, if <paramref name="Kind"/> is <see cref="PortKind.Meta"/>; else empty.
/// </param>
public sealed record ServicePort(int Number, string Name, PortKind Kind, string Application = "");

/// <summary>How the traffic of a port is treated.</summary>
public enum PortKind
{
    /// <summary>Bytes.</summary>
    Tcp,

    /// <summary>A request protocol with a codec: the meta protocol filter serves it.</summary>
    Meta,

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
