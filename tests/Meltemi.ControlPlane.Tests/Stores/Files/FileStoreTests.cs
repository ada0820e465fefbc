using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

public class FileStoreTests : PersistentStoreContract
{
    private readonly FileStoreFixture _files = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.DoesNotContain(_files.Log.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
        await _files.DisposeAsync();
    }

    private protected override Task<IResourceStore> OpenAsync() => _files.OpenAsync();
}
