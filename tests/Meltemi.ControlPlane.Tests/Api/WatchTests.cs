using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Tests.Api.Support;

namespace Meltemi.ControlPlane.Tests.Api;

public class WatchTests
{
    private const string A = ApiUnderTest.Routers + "/a";

    [Fact]
    public async Task A_watch_tells_what_is_there_and_then_what_happens()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        using var watch = await api.Watch(ApiUnderTest.Routers);
        Assert.Equal("ADDED a", await watch.NextShort());
        (await api.Post(ApiUnderTest.Routers, Samples.Router("b"))).Expect(201);
        (await api.Post(ApiUnderTest.Rules, Samples.Rule("other"))).Expect(201);
        (await api.Post(ApiUnderTest.Routers.Replace("default", "elsewhere"), Samples.Router("c"))).Expect(201);
        var changed = (await api.Patch(A, """{"spec": {"hosts": ["b.example"]}}""")).Expect(200);
        (await api.Delete(A)).Expect(200);

        Assert.Equal("ADDED b", await watch.NextShort());
        var modified = (await watch.Next())!;
        Assert.Equal("MODIFIED", modified["type"]!.GetValue<string>());
        Assert.Equal(changed.Json.ToJsonString(), modified["object"]!.ToJsonString());
        var deleted = (await watch.Next())!;
        Assert.Equal("DELETED", deleted["type"]!.GetValue<string>());
        Assert.Equal("b.example", deleted["object"]!["spec"]!["hosts"]![0]!.GetValue<string>());
        Assert.Equal(api.Store.Current.Revision.ToString(), deleted["object"]!["metadata"]!["resourceVersion"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_watch_goes_on_from_a_version_without_telling_anything_twice()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        var version = (await api.Get(ApiUnderTest.Routers)).Version;
        (await api.Post(ApiUnderTest.Routers, Samples.Router("b"))).Expect(201);
        using var watch = await api.Watch($"{ApiUnderTest.Routers}?resourceVersion={version}");
        Assert.Equal("ADDED b", await watch.NextShort());
    }

    [Fact]
    public async Task A_selector_sees_objects_come_and_go_as_their_labels_change()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var watch = await api.Watch(ApiUnderTest.Routers + "?labelSelector=on%3Dyes");
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        (await api.Patch(A, """{"metadata": {"labels": {"on": "yes"}}}""")).Expect(200);
        (await api.Patch(A, """{"spec": {"hosts": ["b.example"]}}""")).Expect(200);
        (await api.Patch(A, """{"metadata": {"labels": null}}""")).Expect(200);
        Assert.Equal("ADDED a", await watch.NextShort());
        Assert.Equal("MODIFIED a", await watch.NextShort());
        Assert.Equal("DELETED a", await watch.NextShort());
    }

    [Fact]
    public async Task A_watch_of_one_object_sees_no_other()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var watch = await api.Watch(ApiUnderTest.Routers + "?fieldSelector=metadata.name%3Db");
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        (await api.Post(ApiUnderTest.Routers, Samples.Router("b"))).Expect(201);
        Assert.Equal("ADDED b", await watch.NextShort());
    }

    [Fact]
    public async Task Initial_events_end_with_a_bookmark_that_says_so()
    {
        await using var api = await ApiUnderTest.StartAsync();
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        using var watch = await api.Watch(ApiUnderTest.Routers + "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        Assert.Equal("ADDED a", await watch.NextShort());
        var bookmark = (await watch.Next())!;
        Assert.Equal("BOOKMARK", bookmark["type"]!.GetValue<string>());
        Assert.Equal("MetaRouter", bookmark["object"]!["kind"]!.GetValue<string>());
        Assert.Equal("true", bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>());
        Assert.Equal(api.Store.Current.Revision.ToString(), bookmark["object"]!["metadata"]!["resourceVersion"]!.GetValue<string>());
        (await api.Get(ApiUnderTest.Routers + "?watch=true&sendInitialEvents=true")).Expect(400);
    }

    [Fact]
    public async Task Bookmarks_carry_versions_that_only_others_changed()
    {
        await using var api = await ApiUnderTest.StartAsync(options => options with { BookmarkInterval = TimeSpan.FromMilliseconds(20) });
        using var watch = await api.Watch(ApiUnderTest.Routers + "?allowWatchBookmarks=true");
        (await api.Post(ApiUnderTest.Rules, Samples.Rule("other"))).Expect(201);
        var now = api.Store.Current.Revision.ToString();
        while (await watch.Next() is { } seen)
        {
            Assert.Equal("BOOKMARK", seen["type"]!.GetValue<string>());
            if (seen["object"]!["metadata"]!["resourceVersion"]!.GetValue<string>() == now) return;
        }

        Assert.Fail("the watch ended");
    }

    [Fact]
    public async Task A_version_that_is_no_longer_remembered_is_gone()
    {
        await using var api = await ApiUnderTest.StartAsync(store: new MemoryStore(limits: new() { MaxRememberedChanges = 2 }));
        var version = (await api.Get(ApiUnderTest.Routers)).Version;
        foreach (var name in (string[])["a", "b", "c", "d"]) (await api.Post(ApiUnderTest.Routers, Samples.Router(name))).Expect(201);
        foreach (var gone in (string[])[version, "1", (api.Store.Current.Revision + 1000).ToString()])
        {
            using var watch = await api.Watch($"{ApiUnderTest.Routers}?resourceVersion={gone}");
            var error = (await watch.Next())!;
            Assert.Equal("ERROR", error["type"]!.GetValue<string>());
            Assert.Equal(410, error["object"]!["code"]!.GetValue<int>());
            Assert.Equal("Expired", error["object"]!["reason"]!.GetValue<string>());
            Assert.Equal("end", await watch.NextShort());
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_falls_behind_and_is_told_so()
    {
        await using var api = await ApiUnderTest.StartAsync(store: new MemoryStore(limits: new() { MaxRememberedChanges = 2 }));
        using var watch = await api.Watch(ApiUnderTest.Routers);
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        Assert.Equal("ADDED a", await watch.NextShort());

        // Far more than the buffers of both sides and of the kernel take.
        for (var i = 0; i < 60; i++)
        {
            var note = new string((char)('a' + (i % 26)), 1_000_000);
            (await api.Put(A, Samples.Router("a", spec: $"\"note\": \"{note}\""))).Expect(200);
        }

        var events = new List<string>();
        while (await watch.NextShort() is var seen && seen != "end") events.Add(seen.Split(' ')[0]);
        Assert.Equal("ERROR", events[^1]);
        Assert.InRange(events.Count, 1, 59);
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_over()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var watch = await api.Watch(ApiUnderTest.Routers + "?timeoutSeconds=1");
        Assert.Equal("end", await watch.NextShort());
    }

    [Fact]
    public async Task Watches_end_when_the_server_stops()
    {
        var api = await ApiUnderTest.StartAsync();
        using var watch = await api.Watch(ApiUnderTest.Routers);
        var end = watch.NextShort();
        await api.DisposeAsync();
        Assert.Equal("end", await end);
    }

    [Fact]
    public async Task There_is_a_limit_on_watches_and_it_counts_only_open_ones()
    {
        await using var api = await ApiUnderTest.StartAsync(options => options with { MaxWatches = 1 });
        var first = await api.Watch(ApiUnderTest.Routers);
        var refused = (await api.Get(ApiUnderTest.Routers + "?watch=1")).Expect(429);
        Assert.Equal("TooManyRequests", refused.Reason);
        first.Dispose();
        await Wait.Until(async () => (await api.Get(ApiUnderTest.Routers + "?watch=1&timeoutSeconds=1")).Code == 200, "the first watch to be counted no longer");
    }

    [Fact]
    public async Task Namespaces_are_watched_as_they_come_and_go()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var watch = await api.Watch("/api/v1/namespaces");
        Assert.Equal("ADDED default", await watch.NextShort());
        var routers = ApiUnderTest.Routers.Replace("default", "shop");
        (await api.Post(routers, Samples.Router("a"))).Expect(201);
        (await api.Post(routers, Samples.Router("b"))).Expect(201);
        (await api.Post("/api/v1/namespaces", """{"metadata": {"name": "shop", "labels": {"team": "x"}}}""")).Expect(201);
        (await api.Delete(routers + "/a")).Expect(200);
        (await api.Delete(routers + "/b")).Expect(200);
        (await api.Delete("/api/v1/namespaces/shop")).Expect(200);
        var added = (await watch.Next())!;
        Assert.Equal("ADDED", added["type"]!.GetValue<string>());
        Assert.Equal((await api.Get("/api/v1/namespaces/default")).At("status.phase"), added["object"]!["status"]!["phase"]!.GetValue<string>());
        Assert.NotNull(added["object"]!["metadata"]!["creationTimestamp"]);
        var labelled = (await watch.Next())!;
        Assert.Equal("MODIFIED", labelled["type"]!.GetValue<string>());
        Assert.Equal("x", labelled["object"]!["metadata"]!["labels"]!["team"]!.GetValue<string>());
        Assert.Equal("DELETED shop", await watch.NextShort());
    }

    [Fact]
    public async Task A_watch_can_be_shown_as_a_table()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var watch = await api.Watch(ApiUnderTest.Routers, "application/json;as=Table;v=v1;g=meta.k8s.io");
        (await api.Post(ApiUnderTest.Routers, Samples.Router("a"))).Expect(201);
        var seen = (await watch.Next())!;
        Assert.Equal("Table", seen["object"]!["kind"]!.GetValue<string>());
        Assert.Equal("a", seen["object"]!["rows"]![0]!["cells"]![0]!.GetValue<string>());
    }
}
