using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>Thrift servers by language, which is their name as well, and dialect.</summary>
public sealed class ThriftServers : ServerPool<(string Language, ThriftDialect Dialect)>
{
    internal Task<PeerProcess> GetAsync(string language, ThriftDialect dialect) => GetAsync((language, dialect));

    private protected override Task<PeerProcess> ServeAsync((string Language, ThriftDialect Dialect) kind) =>
        ThriftPeers.ServeAsync(kind.Language, kind.Dialect);
}
