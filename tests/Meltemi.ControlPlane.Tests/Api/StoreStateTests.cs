using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public class StoreStateTests
{
    [Fact]
    public async Task Before_the_resources_are_read_nothing_is_claimed_about_them()
    {
        var store = new StoreUnderTest();
        await using var api = await ApiUnderTest.StartAsync(store: store);
        Assert.Equal("ok", (await api.Get("/livez")).Expect(200).At("text"));
        (await api.Get("/readyz")).Expect(503);
        Assert.Equal("ServiceUnavailable", (await api.Get(ApiUnderTest.Routers)).Expect(503).Reason);
        (await api.Get("/apis")).Expect(200);
        store.Sync();
        Assert.Equal("ok", (await api.Get("/readyz")).Expect(200).At("text"));
        (await api.Get(ApiUnderTest.Routers)).Expect(200);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_read_on_and_says_why()
    {
        var store = new StoreUnderTest().Sync();
        await using var api = await ApiUnderTest.StartAsync(store: store);
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        store.ReadOnlyReason = "the disk is full";
        var refused = (await api.Post(ApiUnderTest.Routers, Samples.Router("b"))).Expect(503);
        Assert.Equal("ServiceUnavailable", refused.Reason);
        Assert.Contains("the disk is full", refused.Message);
        Assert.Equal("5", refused.At("details.retryAfterSeconds"));
        Assert.Equal(["a"], (await api.Get(ApiUnderTest.Routers)).Expect(200).ItemNames);
        Assert.Contains("the disk is full", (await api.Get("/readyz")).Expect(200).At("text"));
    }
}
