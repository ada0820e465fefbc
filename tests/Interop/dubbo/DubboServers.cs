using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Dubbo;

/// <summary>Dubbo servers by program, which is their name as well.</summary>
public sealed class DubboServers : ServerPool<string>
{
    private protected override Task<PeerProcess> ServeAsync(string kind) => DubboPeers.ServeAsync(kind, kind);
}
