using System.Net;
using Meltemi.Codec;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Services;

namespace Meltemi.ControlPlane.Hosting;

/// <summary>How a controller runs.</summary>
public sealed record ControllerOptions
{
    /// <summary>Where clients get xDS from. Default 127.0.0.1:15010; port 0: a free one.</summary>
    public IPEndPoint Xds { get; init; } = new(IPAddress.Loopback, 15010);

    /// <summary>Where the API is. Default 127.0.0.1:15011; port 0: a free one.</summary>
    public IPEndPoint Api { get; init; } = new(IPAddress.Loopback, 15011);

    /// <summary>How the API is encrypted. Default: a certificate of its own, made at first start.</summary>
    public ApiTls Tls { get; init; } = new SelfSignedTls();

    /// <summary>Folder of the token, the certificate and the record of virtual addresses; it is made if it is not there.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>
    /// The protocols that this program knows: what resources say about their attributes is checked, and gateways tell services apart by them. Of others
    /// nothing is known; the proxies need not have the same. Default: none.
    /// </summary>
    public CodecRegistry Codecs { get; init; } = new();

    /// <summary>What is the same for the whole mesh. Default: virtual addresses that can be listened on without interception, 127.240.0.0/16.</summary>
    public MeshOptions Mesh { get; init; } = new() { VirtualAddresses = "127.240.0.0/16" };
}
