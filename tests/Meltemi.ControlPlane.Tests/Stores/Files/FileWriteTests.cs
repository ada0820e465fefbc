using System.Text;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

/// <summary>The API writes into people's files.</summary>
public class FileWriteTests : IAsyncLifetime
{
    private readonly FileStoreFixture _files = new();

    private IResourceStore Store => _files.Store;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _files.DisposeAsync().AsTask();

    [Fact]
    public async Task A_new_resource_gets_a_file_of_its_own_without_what_only_the_store_says()
    {
        await _files.OpenAsync();
        await Put(Sample.Resource("a", extra: ""","managedFields":[{"manager":"kubectl"}]"""));

        Assert.Equal([".meltemi", "default-metarouter-a.yaml"], _files.Names());
        Assert.Equal(
            """
            apiVersion: metaprotocol.aeraki.io/v1alpha1
            kind: MetaRouter
            metadata:
              name: a
              namespace: default
              labels: {}
            spec:
              hosts:
              - a.org
              routes:
              - name: r
                route:
                - destination:
                    host: a.org

            """,
            _files.Read("default-metarouter-a.yaml"));
    }

    [Fact]
    public async Task A_file_of_that_name_that_somebody_else_wrote_is_left_alone()
    {
        _files.Write("default-metarouter-a.yaml", Sample.Yaml("b"));
        await _files.OpenAsync();

        await Put(Sample.Resource("a"));

        Assert.Equal(Sample.Yaml("b"), _files.Read("default-metarouter-a.yaml"));
        Assert.Contains("name: a", _files.Read("default-metarouter-a-2.yaml"));
    }

    [Fact]
    public async Task An_update_changes_the_one_document_where_the_resource_stands()
    {
        var other = "# mine\n" + Sample.Yaml("b").Replace("hosts:", "hosts:   # aligned");
        _files.Write("mesh.yaml", $"# about a\n{Sample.Yaml("a")}---\n{other}");
        await _files.OpenAsync();

        await Put(Sample.Resource("a", "x"));

        var text = _files.Read("mesh.yaml");
        Assert.StartsWith("# about a\napiVersion:", text, StringComparison.Ordinal);
        Assert.EndsWith($"---\n{other}", text, StringComparison.Ordinal);
        Assert.Contains("- x.org", text);
        Assert.Equal(["mesh.yaml"], _files.Names()[1..]);
    }

    [Fact]
    public async Task A_delete_takes_the_one_document_out_and_the_last_one_takes_the_file_along()
    {
        _files.Write("mesh.yaml", $"{Sample.Yaml("a")}---\n# mine\n{Sample.Yaml("b")}");
        await _files.OpenAsync();

        await Store.DeleteAsync(Sample.Key("a"), null, default);
        Assert.Equal($"---\n# mine\n{Sample.Yaml("b")}", _files.Read("mesh.yaml"));
        await Store.DeleteAsync(Sample.Key("b"), null, default);

        Assert.Equal([".meltemi"], _files.Names());
        Assert.Empty(Store.Current.Resources);
    }

    [Fact]
    public async Task A_delete_takes_the_resource_out_of_all_files_that_have_it()
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        _files.Write("b.yaml", $"{Sample.Yaml("b")}---\n{Sample.Yaml("a", "other")}");
        await _files.OpenAsync();

        await Store.DeleteAsync(Sample.Key("a"), null, default);

        Assert.Equal(["b"], Store.Current.Resources.Keys.Select(key => key.Name));
        Assert.Equal(Sample.Yaml("b"), _files.Read("b.yaml"));
        Assert.Empty(Store.SourceProblems);
    }

    [Fact]
    public async Task Items_of_a_list_are_changed_within_the_list()
    {
        var a = Encoding.UTF8.GetString(Sample.Resource("a").Json.Span);
        var b = Encoding.UTF8.GetString(Sample.Resource("b").Json.Span);
        _files.Write("list.json", $$"""{"apiVersion":"v1","kind":"List","items":[{{a}},{{b}}]}""");
        await _files.OpenAsync();

        await Put(Sample.Resource("a", "x"));
        Assert.Equal("x", Store.Current.Host("a"));
        Assert.Equal("a", Store.Current.Host("b"));
        await Store.DeleteAsync(Sample.Key("b"), null, default);

        await _files.OpenAsync();
        Assert.Equal("x", Store.Current.Host("a"));
        Assert.Single(Store.Current.Resources);
    }

    [Fact]
    public async Task Edits_that_were_not_seen_yet_are_never_overwritten()
    {
        _files.Write("a.yaml", Sample.Yaml("a"));
        await _files.OpenAsync();
        var before = Store.Current.Resources[Sample.Key("a")];

        _files.Write("a.yaml", Sample.Yaml("a", "edited"));
        var failure = await Assert.ThrowsAsync<StoreException>(() => Store.PutAsync(Sample.Resource("a", "x"), before.Meta.ResourceVersion, default));

        Assert.Equal(StoreError.Conflict, failure.Error);
        Assert.Equal(Sample.Yaml("a", "edited"), _files.Read("a.yaml"));
        await Store.UntilAsync(state => state.Host("a") == "edited");
    }

    [Fact]
    public async Task Links_stay_links_and_permissions_stay()
    {
        var target = _files.PathOf(".kept/real.yaml");
        _files.Write(".kept/real.yaml", Sample.Yaml("a"));
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(_files.PathOf("a.yaml"), ".kept/real.yaml");
        await _files.OpenAsync();

        await Put(Sample.Resource("a", "x"));

        Assert.Equal(".kept/real.yaml", new FileInfo(_files.PathOf("a.yaml")).LinkTarget);
        Assert.Contains("x.org", File.ReadAllText(target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(target));
    }

    [Fact]
    public async Task Who_manages_which_field_is_remembered_through_edits_and_restarts()
    {
        await _files.OpenAsync();
        await Put(Sample.Resource("a", extra: ""","managedFields":[{"manager":"kubectl"}]"""));
        _files.Write("default-metarouter-a.yaml", Sample.Yaml("a", "edited"));
        await Store.UntilAsync(state => state.Host("a") == "edited");
        var before = Store.Current.Resources[Sample.Key("a")];

        await _files.OpenAsync();

        var after = Store.Current.Resources[Sample.Key("a")];
        Assert.Contains("\"managedFields\":[{\"manager\":\"kubectl\"}]", Encoding.UTF8.GetString(after.Json.Span));
        Assert.Equal(before.Meta.ResourceVersion, after.Meta.ResourceVersion);
    }

    [Fact]
    public async Task A_name_that_is_no_file_name_does_not_lead_out_of_the_directory()
    {
        await _files.OpenAsync();
        var odd = Sample.Resource("a") with { Key = new(ResourceKinds.MetaRouter, "..", "/../../" + new string('x', 300)) };

        await Assert.ThrowsAsync<StoreException>(() => Put(odd));

        Assert.Equal([".meltemi"], _files.Names());
    }

    private Task<Resource> Put(Resource resource) => Store.PutAsync(resource, null, default);
}
