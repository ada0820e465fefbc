using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Tests.Stores.Files;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Stores.Etcd;

[NeedsEtcd]
public class EtcdStoreTests(EtcdServer server) : PersistentStoreContract, IClassFixture<EtcdServer>
{
    private readonly string _prefix = $"/test-{Guid.NewGuid():N}";
    private readonly CapturedLog _log = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    private protected override Task<IResourceStore> OpenAsync() => Task.FromResult<IResourceStore>(EtcdServer.Open(server.Endpoint, _prefix, _log));
}
