using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Tests.Stores;

public class MemoryStoreTests : StoreContract
{
    private protected override Task<IResourceStore> OpenAsync() => Task.FromResult<IResourceStore>(new MemoryStore());

    [Fact]
    public async Task More_resources_than_allowed_are_refused()
    {
        await using var store = new MemoryStore(limits: new() { MaxResources = 1 });
        await store.PutAsync(Sample.Resource("a"), "", default);

        await Fails(StoreError.Failed, "there are 1 resources, and that is the limit", () => store.PutAsync(Sample.Resource("b"), "", default));
        await store.PutAsync(Sample.Resource("a", "b"), null, default);
    }
}
