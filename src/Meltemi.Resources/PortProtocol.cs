namespace Meltemi.Resources;

/// <summary>What a port speaks.</summary>
public enum PortProtocolKind
{
    /// <summary>Bytes; also what nothing is said about.</summary>
    Tcp,

    /// <summary>TLS from end to end.</summary>
    Tls,

    /// <summary>No connections at all (UDP, SCTP).</summary>
    Udp,

    /// <summary>HTTP/1.</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,

    /// <summary>HTTP/2 without TLS.</summary>
    Http2,

    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>A protocol that a codec may understand: Dubbo, Thrift, Redis, your own.</summary>
    Application,

    /// <summary>Any of those: a connection's first bytes show which.</summary>
    Auto,
}

/// <summary>
/// The protocol of a port. <c>appProtocol</c> says it first, then a <c>protocol</c> that is more than the transport, then the port's name:
/// <c>tcp-metaprotocol-dubbo</c>, <c>tcp-dubbo</c>, <c>dubbo-orders</c>, <c>thrift</c>, <c>grpc-x</c>, <c>http2</c>, <c>auto</c>. Upper and
/// lower case are the same.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The protocol in small letters, such as <c>dubbo</c>, <c>grpc-web</c> or <c>tcp</c>.</param>
public readonly record struct PortProtocol(PortProtocolKind Kind, string Name)
{
    /// <summary>Bytes.</summary>
    public static PortProtocol Tcp { get; } = new(PortProtocolKind.Tcp, "tcp");

    /// <summary>The protocol of a port; every text may be empty.</summary>
    /// <param name="portName">Name of the port.</param>
    /// <param name="protocol">Kubernetes' transport (<c>TCP</c>), or Istio's protocol (<c>HTTP</c>, or ours: <c>dubbo</c>).</param>
    /// <param name="appProtocol">Kubernetes' application protocol, such as <c>dubbo</c> or <c>kubernetes.io/h2c</c>.</param>
    /// <param name="isApplication">
    /// Whether there is such an application protocol beside the well-known ones (an ApplicationProtocol); null: only those. Without it
    /// <c>tcp-NAME</c> and a bare NAME are bytes for a name of your own, and <c>tcp-metaprotocol-NAME</c> is not.
    /// </param>
    public static PortProtocol Of(string portName, string protocol, string appProtocol = "", Func<string, bool>? isApplication = null)
    {
        if (appProtocol.Length > 0 && OfApplication(appProtocol.ToLowerInvariant(), isApplication) is { } first) return first;
        switch (protocol.ToLowerInvariant())
        {
            case "" or "tcp":
                break;
            case "udp" or "sctp":
                return new(PortProtocolKind.Udp, protocol.ToLowerInvariant());
            case var other:
                return OfName(other, isApplication) ?? new(PortProtocolKind.Application, other); // the field has no other meaning
        }

        return OfName(portName.ToLowerInvariant(), isApplication) ?? Tcp;
    }

    /// <summary>A name with a domain before it is Kubernetes' or a company's way to say the same.</summary>
    private static PortProtocol? OfApplication(string name, Func<string, bool>? isApplication) =>
        name is "kubernetes.io/h2c" or "h2c" ? new(PortProtocolKind.Http2, "http2")
        : name is "kubernetes.io/ws" ? new(PortProtocolKind.Http, "http")
        : name is "kubernetes.io/wss" ? new(PortProtocolKind.Https, "https")
        : OfName(name[(name.LastIndexOf('/') + 1)..], isApplication);

    private static PortProtocol? OfName(string name, Func<string, bool>? isApplication)
    {
        if (name.StartsWith("grpc-web", StringComparison.Ordinal)) return new(PortProtocolKind.Http, "grpc-web");
        var tokens = name.Split('-');
        return tokens switch
        {
            ["tcp", "metaprotocol", "auto", ..] or ["metaprotocol", "auto", ..] => new(PortProtocolKind.Auto, "auto"),
            ["tcp", "metaprotocol", { Length: > 0 } meta, ..] => new(PortProtocolKind.Application, meta),
            ["metaprotocol", { Length: > 0 } meta, ..] => new(PortProtocolKind.Application, meta),
            ["tcp", var second, ..] =>
                Known(second, isApplication) is { Kind: PortProtocolKind.Application or PortProtocolKind.Auto } application ? application : Tcp,
            _ => Known(tokens[0], isApplication) ?? (tokens.Length > 1 ? Known(name, isApplication) : null),
        };
    }

    private static PortProtocol? Known(string name, Func<string, bool>? isApplication) => name switch
    {
        "tcp" => Tcp,
        "auto" => new(PortProtocolKind.Auto, name),
        "udp" => new(PortProtocolKind.Udp, name),
        "tls" => new(PortProtocolKind.Tls, name),
        "http" => new(PortProtocolKind.Http, name),
        "https" => new(PortProtocolKind.Https, name),
        "http2" => new(PortProtocolKind.Http2, name),
        "grpc" => new(PortProtocolKind.Grpc, name),
        "dubbo" or "thrift" or "bolt" or "tars" or "trpc" or "brpc" or "redis" or "kafka" or "rocketmq" or "zookeeper" or "mongo" or "mysql"
            or "postgres" or "memcached" or "amqp" or "mqtt" => new(PortProtocolKind.Application, name),
        _ => isApplication?.Invoke(name) == true ? new(PortProtocolKind.Application, name) : null,
    };
}
