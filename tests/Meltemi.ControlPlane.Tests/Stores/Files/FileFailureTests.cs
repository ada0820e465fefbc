using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Files;
using Microsoft.Extensions.Logging;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

/// <summary>What is wrong with files is told, and what was good stays in force.</summary>
public class FileFailureTests : IAsyncLifetime
{
    private readonly FileStoreFixture _files = new() { Time = new ManualTime() };

    private IResourceStore Store => _files.Store;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _files.DisposeAsync().AsTask();

    [Theory]
    [InlineData("hosts: [a.org", "hosts: 7", "a.yaml: 6:10 spec.hosts: expected a list")]
    [InlineData("kind: MetaRouter", "kind: MetaRoute", "a.yaml: 2:1 kind: there is no kind 'MetaRoute'")]
    [InlineData("  name: a", "  nam: a", "a.yaml: 4:3 metadata.name: 'name' is missing")]
    [InlineData("spec:", "spec: [", "a.yaml: ")]
    public async Task A_broken_file_is_told_with_its_line_and_what_it_held_stays(string good, string bad, string problem)
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        await _files.OpenAsync();
        var before = Store.Current;
        var text = Sample.Yaml("a").Replace(good, bad).Replace("7.org]", "7").Replace("7]", "7");

        _files.Write("a.yaml", text);
        await Wait.Until(() => !Store.SourceProblems.IsEmpty);
        Assert.Contains(_files.Problems(), told => told.StartsWith(problem, StringComparison.Ordinal));
        Assert.Same(before, Store.Current);

        _files.Write("a.yaml", Sample.Yaml("a", "mended"));
        await Store.UntilAsync(state => state.Host("a") == "mended");
        await Wait.Until(() => Store.SourceProblems.IsEmpty);
        Assert.Equal(
            [LogLevel.Warning, LogLevel.Information],
            _files.Log.Lines.Where(line => line.Text.StartsWith("a.yaml", StringComparison.Ordinal)).Select(line => line.Level).Distinct());
    }

    [Fact]
    public async Task A_broken_document_is_told_from_the_others_by_what_can_be_told_of_it()
    {
        var protocol = "apiVersion: metaprotocol.aeraki.io/v1alpha1\nkind: ApplicationProtocol\nmetadata: { name: p }\nspec: { protocol: p, codec: c }\n";
        _files.Write("a.yaml", $"{protocol}---\n{Sample.Yaml("a")}---\n{Sample.Yaml("b")}");
        await _files.OpenAsync();
        Assert.Empty(_files.Problems());

        _files.Write("a.yaml", protocol.Replace("Protocol\n", "Protocl\n"));
        await Store.UntilAsync(state => state.Resources.Count == 1);
        Assert.Equal("p", Store.Current.Resources.Keys.Single().Name);
    }

    [Fact]
    public async Task Good_documents_beside_a_broken_one_count_and_nothing_of_the_broken_one_is_lost()
    {
        _files.Write("mesh.yaml", string.Join("---\n", new[] { "a", "b", "c", "d" }.Select(name => Sample.Yaml(name))));
        await _files.OpenAsync();

        _files.Write("mesh.yaml", $"{Sample.Yaml("a", "new")}---\n{Sample.Yaml("b").Replace("spec:", "spec: [")}---\n{Sample.Yaml("e")}");
        await Store.UntilAsync(state => state.Host("a") == "new");

        Assert.Equal(["a", "b", "c", "d", "e"], Store.Current.Resources.Keys.Select(key => key.Name).Order());
        await Wait.Until(() => _files.Problems().Any(problem => problem.StartsWith("mesh.yaml: 1", StringComparison.Ordinal)));
        _files.Write("mesh.yaml", $"{Sample.Yaml("a", "new")}---\n{Sample.Yaml("b")}---\n{Sample.Yaml("e")}");
        await Store.UntilAsync(state => state.Resources.Count == 3);
    }

    [Fact]
    public async Task What_a_broken_file_held_stays_over_a_restart_with_version_and_age()
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        await _files.OpenAsync();
        var before = Store.Current.Resources[Sample.Key("a")];
        _files.Write("a.yaml", "spec: [");

        await _files.OpenAsync();

        Assert.Equal(before.Meta.ResourceVersion, Store.Current.Resources[Sample.Key("a")].Meta.ResourceVersion);
        Assert.Single(Store.SourceProblems);
    }

    [Fact]
    public async Task A_resource_in_a_broken_file_cannot_be_written_until_the_file_is_mended()
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        await _files.OpenAsync();
        _files.Write("a.yaml", "spec: [");
        await Wait.Until(() => !Store.SourceProblems.IsEmpty);

        var put = await Assert.ThrowsAsync<StoreException>(() => Store.PutAsync(Sample.Resource("a", "x"), null, default));
        var delete = await Assert.ThrowsAsync<StoreException>(() => Store.DeleteAsync(Sample.Key("a"), null, default));

        Assert.StartsWith("MetaRouter/default/a stands in a.yaml, which is broken (", put.Message, StringComparison.Ordinal);
        Assert.Equal(put.Message, delete.Message);
        Assert.Equal("spec: [", _files.Read("a.yaml"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_and_the_others_count()
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        _files.Write("b.yaml", Sample.Yaml("b"));
        await _files.OpenAsync();

        // Root may read everything, but not this.
        if (Environment.IsPrivilegedProcess)
        {
            File.CreateSymbolicLink(_files.PathOf(".link"), "/proc/self/mem");
            File.Move(_files.PathOf(".link"), _files.PathOf("a.yaml"), overwrite: true);
        }
        else
        {
            File.SetUnixFileMode(_files.PathOf("a.yaml"), UnixFileMode.None);
        }

        _files.Write("b.yaml", Sample.Yaml("b", "new"));
        await Store.UntilAsync(state => state.Host("b") == "new");

        await Wait.Until(() => _files.Problems().Any(told => told.StartsWith("a.yaml: the file cannot be read: ", StringComparison.Ordinal)));
        Assert.Equal("a", Store.Current.Host("a"));
    }

    [Fact]
    public async Task What_is_no_ordinary_file_or_no_text_is_told()
    {
        _files.Write("pipe.yaml", "");
        File.Delete(_files.PathOf("pipe.yaml"));
        using (var make = System.Diagnostics.Process.Start("mkfifo", _files.PathOf("pipe.yaml"))) await make.WaitForExitAsync();
        File.WriteAllBytes(_files.PathOf("b.yaml"), [(byte)'a', 0xff]);

        await _files.OpenAsync();

        Assert.Equal(["b.yaml: the file is not UTF-8: byte 1 begins no character", "pipe.yaml: not an ordinary file"], _files.Problems());
    }

    [Fact]
    public async Task Of_two_files_with_the_same_resource_the_older_counts_and_the_other_is_told()
    {
        _files.Write("b.yaml", Sample.Yaml("a", "first"));
        await _files.OpenAsync();
        _files.Write("a.yaml", Sample.Yaml("a", "second"));
        await Wait.Until(() => !Store.SourceProblems.IsEmpty);

        var problem = "a.yaml: 1: MetaRouter/default/a stands in b.yaml:1 too, which was there first and counts: remove one of the two";
        Assert.Equal([problem], _files.Problems());
        Assert.Equal("first", Store.Current.Host("a"));
        await _files.OpenAsync();
        Assert.Equal("first", Store.Current.Host("a"));

        File.Delete(_files.PathOf("b.yaml"));
        await Store.UntilAsync(state => state.Host("a") == "second");
        await Wait.Until(() => Store.SourceProblems.IsEmpty);
    }

    [Fact]
    public async Task Of_two_files_that_are_there_at_the_start_the_first_name_counts_and_in_one_file_the_first_document()
    {
        _files.Write("b.yaml", Sample.Yaml("a", "b"));
        _files.Write("a.yaml", $"{Sample.Yaml("a", "a")}---\n{Sample.Yaml("a", "c")}");

        await _files.OpenAsync();

        Assert.Equal("a", Store.Current.Host("a"));
        Assert.Equal(2, Store.SourceProblems.Length);
        Assert.Contains("a.yaml: 10: MetaRouter/default/a stands in line 1 already, and that one counts: remove one of the two", _files.Problems());
    }

    [Fact]
    public async Task What_is_too_large_is_told_and_the_last_good_one_stays()
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        _files.Write("b.yaml", Sample.Yaml("b"));
        await using var files = new FileStoreFixture(_files.Directory) { Options = new() { Directory = "", MaxFileBytes = 6_000_000 } };
        var store = await files.OpenAsync();

        files.Write("a.yaml", Sample.Yaml("a").Replace("hosts:", $"note: {new string('x', 5_000_000)}\n  hosts:"));
        files.Write("b.yaml", Sample.Yaml("b") + new string('#', 6_000_000));
        await Wait.Until(() => store.SourceProblems.Length == 2);

        Assert.Contains("bytes, and a resource may have at most 1572864: split it into several", store.SourceProblems[0].Message);
        Assert.Contains("bytes, and at most 6000000 are read: split it into several", store.SourceProblems[1].Message);
        Assert.Equal(2, store.Current.Resources.Count);
    }

    [Fact]
    public async Task More_resources_than_allowed_are_told_and_count_as_soon_as_there_is_room()
    {
        _files.Write("a.yaml", $"{Sample.Yaml("a")}---\n{Sample.Yaml("b")}---\n{Sample.Yaml("c")}");
        await using var files = new FileStoreFixture(_files.Directory) { Options = new() { Directory = "", Limits = new() { MaxResources = 2 } } };
        var store = await files.OpenAsync();
        Assert.Equal(["a.yaml: 20: MetaRouter/default/c does not count: there are 2 resources, and that is the limit"], files.Problems());

        files.Write("a.yaml", $"{Sample.Yaml("b")}---\n{Sample.Yaml("c")}");

        await store.UntilAsync(state => state.Host("c") is not null);
        await Wait.Until(() => store.SourceProblems.IsEmpty);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_or_in_use_is_told_at_once()
    {
        await _files.OpenAsync();
        _files.Write("file", "");

        await Fails("nowhere: make it, or name another", _files.PathOf("nowhere"));
        await Fails("file is a file and not a directory", _files.PathOf("file"));
        await Fails("is in use by another controller: stop that one, or name another directory", _files.Directory);
    }

    [Fact]
    public async Task A_directory_that_goes_away_takes_nothing_along()
    {
        _files.Write("mesh/a.yaml", Sample.Yaml("a"));
        await using var files = new FileStoreFixture(_files.PathOf("mesh"));
        var store = await files.OpenAsync();

        Directory.Move(_files.PathOf("mesh"), _files.PathOf("away"));

        await Wait.Until(() => files.Problems().SequenceEqual([".: the directory is gone"]));
        Assert.Equal("a", store.Current.Host("a"));
        Directory.Move(_files.PathOf("away"), _files.PathOf("mesh"));
    }

    private static async Task Fails(string message, string directory)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() => FileStore.OpenAsync(new() { Directory = directory }, new CapturedLog()));
        Assert.Contains(message, failure.Message);
    }
}
