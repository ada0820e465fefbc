using System.Diagnostics;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

/// <summary>People edit files while the store watches.</summary>
public class FileEditTests : IAsyncLifetime
{
    private readonly FileStoreFixture _files = new();

    private IResourceStore Store => _files.Store;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _files.DisposeAsync().AsTask();

    [Fact]
    public async Task What_is_there_at_the_start_is_read_wherever_it_lies()
    {
        _files.Write("a.yaml", $"{Sample.Yaml("a")}---\n{Sample.Yaml("b")}");
        _files.Write("sub/dir/c.yml", Sample.Yaml("c"));
        _files.Write("d.json", """{"apiVersion":"metaprotocol.aeraki.io/v1alpha1","kind":"MetaRouter","metadata":{"name":"d"},"spec":{"hosts":["d.org"],"routes":[{"route":[{"destination":{"host":"d.org"}}]}]}}""");
        foreach (var ignored in new[] { ".hidden.yaml", "e.yaml~", "#f.yaml#", "g.txt", ".git/h.yaml", "i.yaml.swp" }) _files.Write(ignored, Sample.Yaml("x"));

        await _files.OpenAsync();

        Assert.Equal(["a", "b", "c", "d"], Store.Current.Resources.Keys.Select(key => key.Name).Order());
        Assert.Empty(Store.SourceProblems);
    }

    [Theory]
    [InlineData("in place")]
    [InlineData("by renaming")]
    [InlineData("like vim")]
    public async Task An_edit_is_an_update_however_the_editor_writes(string how)
    {
        _files.Options = _files.Options with { Grace = TimeSpan.FromSeconds(30) };
        _files.Write("a.yaml", Sample.Yaml("a"));
        await _files.OpenAsync();
        var before = Store.Current;

        switch (how)
        {
            case "in place":
                _files.Write("a.yaml", Sample.Yaml("a", "b"));
                break;
            case "by renaming":
                _files.Write(".a.yaml.new", Sample.Yaml("a", "b"));
                File.Move(_files.PathOf(".a.yaml.new"), _files.PathOf("a.yaml"), overwrite: true);
                break;
            default:
                File.Move(_files.PathOf("a.yaml"), _files.PathOf("a.yaml~"));
                _files.Write("b.yaml", Sample.Yaml("b"));
                await Store.UntilAsync(state => state.Resources.Count == 2); // now the store has seen that the file is gone
                _files.Write("a.yaml", Sample.Yaml("a", "b"));
                break;
        }

        await Store.UntilAsync(state => state.Host("a") == "b");
        var after = Store.Current.Resources[Sample.Key("a")];
        Assert.Equal(before.Resources[after.Key].Meta.Uid, after.Meta.Uid);
        Assert.Equal(2, after.Meta.Generation);
    }

    [Fact]
    public async Task Files_and_directories_that_come_later_are_read_and_those_that_go_take_their_resources_along()
    {
        await _files.OpenAsync();
        _files.Write("new/deep/a.yaml", Sample.Yaml("a"));
        _files.Write("b.yaml", Sample.Yaml("b"));
        await Store.UntilAsync(state => state.Resources.Count == 2);
        _files.Write("new/deep/a.yaml", Sample.Yaml("a", "c"));
        await Store.UntilAsync(state => state.Host("a") == "c");

        Directory.Delete(_files.PathOf("new"), recursive: true);

        await Store.UntilAsync(state => state.Resources.Count == 1);
        Assert.NotNull(Store.Current.Host("b"));
    }

    [Fact]
    public async Task A_burst_of_edits_is_one_batch()
    {
        _files.Options = _files.Options with { Quiet = TimeSpan.FromMilliseconds(300), LongestBurst = TimeSpan.FromSeconds(20) };
        await _files.OpenAsync();
        var start = Store.Current.Revision;
        await using var watch = Store.WatchAsync(start, default).GetAsyncEnumerator();

        for (var i = 0; i < 20; i++) _files.Write($"f{i}.yaml", Sample.Yaml($"a{i}"));

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(20, watch.Current.Changes.Length);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => start + i), watch.Current.Changes.Select(change => change.Revision));
    }

    [Fact]
    public async Task A_resource_that_moves_to_another_file_is_an_update()
    {
        _files.Write("a.yaml", $"{Sample.Yaml("a")}---\n{Sample.Yaml("b")}");
        _files.Write("c.yaml", Sample.Yaml("c"));
        await _files.OpenAsync();
        var before = Store.Current;

        _files.Write("a.yaml", Sample.Yaml("b"));
        _files.Write("moved.yaml", Sample.Yaml("a", "x"));
        File.Move(_files.PathOf("c.yaml"), _files.PathOf("d.yaml"));

        await Store.UntilAsync(state => state.Host("a") == "x");
        var change = (await Store.TakeAsync(before.Revision, 1)).Single();
        Assert.Equal(before.Resources[Sample.Key("a")].Meta.Uid, change.After!.Meta.Uid);
        await Wait.Until(() => Store.SourceProblems.IsEmpty);
        Assert.Same(before.Resources[Sample.Key("c")], Store.Current.Resources[Sample.Key("c")]);
    }

    [Fact]
    public async Task Comments_and_order_are_no_change()
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        await _files.OpenAsync();
        var before = Store.Current;

        _files.Write("a.yaml", "# new comment\n" + Sample.Yaml("a").Replace("kind: MetaRouter\n", "") + "kind: MetaRouter\n");
        _files.Write("b.yaml", Sample.Yaml("b"));
        await Store.UntilAsync(state => state.Resources.Count == 2);

        Assert.Same(before.Resources[Sample.Key("a")], Store.Current.Resources[Sample.Key("a")]);
    }

    [Fact]
    public async Task A_file_that_is_just_being_written_is_read_when_its_writer_closes_it()
    {
        _files.Options = _files.Options with { LongestWrite = TimeSpan.FromMinutes(1) };
        _files.Write("a.yaml", $"{Sample.Yaml("a")}---\n{Sample.Yaml("b")}");
        await _files.OpenAsync();
        var start = Store.Current.Revision;

        await using (var file = new StreamWriter(_files.PathOf("a.yaml"), append: false))
        {
            await file.WriteAsync(Sample.Yaml("a", "x"));
            await file.FlushAsync();
            _files.Write("c.yaml", Sample.Yaml("c"));
            await Store.UntilAsync(state => state.Resources.Count == 3);
            Assert.Equal("a", Store.Current.Host("b"));
            await file.WriteAsync($"---\n{Sample.Yaml("b", "y")}");
        }

        await Store.UntilAsync(state => state.Host("b") == "y");
        var changes = await Store.TakeAsync(start, 3);
        Assert.DoesNotContain(changes, change => change.After is null);
        Assert.Equal("x", Store.Current.Host("a"));
    }

    [Fact]
    public async Task Kubernetes_way_of_swapping_mounted_files_is_seen()
    {
        _files.Write("..one/a.yaml", Sample.Yaml("a"));
        _files.Write("..two/a.yaml", Sample.Yaml("a", "b"));
        File.CreateSymbolicLink(_files.PathOf("..data"), "..one");
        File.CreateSymbolicLink(_files.PathOf("a.yaml"), "..data/a.yaml");
        await _files.OpenAsync();
        Assert.Equal("a", Store.Current.Host("a"));

        File.CreateSymbolicLink(_files.PathOf("..tmp"), "..two");
        using var rename = Process.Start("mv", ["-T", _files.PathOf("..tmp"), _files.PathOf("..data")]);

        await Store.UntilAsync(state => state.Host("a") == "b");
    }

    [Fact]
    public async Task Links_that_lead_in_circles_end()
    {
        _files.Write("sub/a.yaml", Sample.Yaml("a"));
        Directory.CreateSymbolicLink(_files.PathOf("sub/up"), _files.Directory);

        await _files.OpenAsync();

        Assert.Single(Store.Current.Resources);
        Assert.Empty(_files.Problems());
    }

    [Fact]
    public async Task Ten_thousand_resources_at_once_are_one_batch()
    {
        await _files.OpenAsync();
        var start = Store.Current.Revision;

        _files.Write("many.yaml", string.Join("---\n", Enumerable.Range(0, 10_000).Select(i => Sample.Yaml($"a{i}"))));

        var changes = await Store.TakeAsync(start, 1);
        Assert.Equal(10_000, changes.Length);
        _files.Write("many.yaml", _files.Read("many.yaml").Replace("name: a77\n", "name: b77\n"));
        var next = await Store.TakeAsync(Store.Current.Revision, 1);
        Assert.Equal(["a77", "b77"], next.Select(change => change.Key.Name).Order());
    }
}
