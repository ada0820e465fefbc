using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Grpc;

/// <summary>Echo servers by language and whether they pack what they send.</summary>
public sealed class GrpcServers : ServerPool<(string Language, bool Gzip)>
{
    internal Task<PeerProcess> GetAsync(string language, bool gzip = false) => GetAsync((language, gzip));

    private protected override Task<PeerProcess> ServeAsync((string Language, bool Gzip) kind) => GrpcPeers.ServeAsync(kind.Language, kind.Gzip ? ["--gzip"] : []);
}
