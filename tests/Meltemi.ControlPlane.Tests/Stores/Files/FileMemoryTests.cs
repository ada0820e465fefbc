using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

/// <summary>What the store remembers beside the files, when the clock, a crash or a person disturbs it.</summary>
public class FileMemoryTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly FileStoreFixture _files;

    public FileMemoryTests() => _files = new() { Time = _time };

    private IResourceStore Store => _files.Store;

    private string Journal => _files.PathOf(".meltemi/state.jsonl");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _files.DisposeAsync().AsTask();

    [Fact]
    public async Task A_clock_that_jumps_back_turns_back_neither_versions_nor_ages()
    {
        await _files.OpenAsync();
        var first = await Store.PutAsync(Sample.Resource("a"), "", default);
        _time.Now -= TimeSpan.FromDays(300);

        await _files.OpenAsync();
        var second = await Store.PutAsync(Sample.Resource("b"), "", default);

        Assert.True(long.Parse(second.Meta.ResourceVersion) > long.Parse(first.Meta.ResourceVersion));
        Assert.True(second.Meta.CreationTimestamp >= first.Meta.CreationTimestamp);
        Assert.Equal(first.Meta, Store.Current.Resources[first.Key].Meta with { Labels = first.Meta.Labels, Annotations = first.Meta.Annotations });
    }

    [Fact]
    public async Task Losing_the_memory_costs_versions_and_ages_and_nothing_else()
    {
        await _files.OpenAsync();
        var before = await Store.PutAsync(Sample.Resource("a"), "", default);
        await Store.DisposeAsync();
        Directory.Delete(_files.PathOf(".meltemi"), recursive: true);
        _time.Now += TimeSpan.FromSeconds(1);

        await _files.OpenAsync();

        var after = Store.Current.Resources[before.Key];
        Assert.Equal("a", after.Host());
        Assert.True(long.Parse(after.Meta.ResourceVersion) > long.Parse(before.Meta.ResourceVersion));
    }

    [Fact]
    public async Task A_memory_that_was_torn_or_scribbled_on_is_used_as_far_as_it_goes()
    {
        await _files.OpenAsync();
        var a = await Store.PutAsync(Sample.Resource("a"), "", default);
        await Store.PutAsync(Sample.Resource("b"), "", default);
        await Store.DisposeAsync();
        var text = File.ReadAllText(Journal);
        File.WriteAllText(Journal, "scribble\n{}\n[1]\n{\"version\":\"x\"}\n" + text[..^20]);

        await _files.OpenAsync();

        Assert.Equal(a.Meta.ResourceVersion, Store.Current.Resources[a.Key].Meta.ResourceVersion);
        Assert.Equal(2, Store.Current.Resources.Count);
    }

    [Fact]
    public async Task What_was_edited_while_nobody_watched_is_an_update()
    {
        await _files.OpenAsync();
        var a = await Store.PutAsync(Sample.Resource("a"), "", default);
        await Store.PutAsync(Sample.Resource("b"), "", default);
        var before = Store.Current;
        await Store.DisposeAsync();
        _files.Write("default-metarouter-a.yaml", Sample.Yaml("a", "x"));
        File.Delete(_files.PathOf("default-metarouter-b.yaml"));
        _files.Write("c.yaml", Sample.Yaml("c"));

        await _files.OpenAsync();

        var now = Store.Current.Resources[a.Key];
        Assert.Equal((a.Meta.Uid, 2L), (now.Meta.Uid, now.Meta.Generation));
        Assert.Equal(before.Revision + 3, Store.Current.Revision);
        Assert.Equal(["a", "c"], Store.Current.Resources.Keys.Select(key => key.Name).Order());
    }

    [Fact]
    public async Task The_journal_is_rewritten_when_most_of_it_is_out_of_date()
    {
        await _files.OpenAsync();
        var made = await Store.PutAsync(Sample.Resource("a"), "", default);
        for (var i = 0; i < 3000; i++) await Store.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status($"R{i}"), default);
        var before = Store.Current.Resources[made.Key];

        Assert.True(File.ReadLines(Journal).Count() < 1500);
        await _files.OpenAsync();
        Assert.Equal(before.Status, Store.Current.Resources[made.Key].Status);
        Assert.Equal(before.Meta.ResourceVersion, Store.Current.Resources[made.Key].Meta.ResourceVersion);
    }

    [Fact]
    public async Task What_a_killed_write_left_behind_is_cleared_away()
    {
        _files.Write("sub/.a.yaml.12345678.meltemi-tmp", "half");

        await _files.OpenAsync();

        Assert.Empty(Directory.GetFiles(_files.PathOf("sub")));
    }
}
