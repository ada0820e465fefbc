using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Files;
using Meltemi.ControlPlane.Tests.Stores.Files;

namespace Meltemi.ControlPlane.Tests.Stores;

public class StoreOptionsTests
{
    [Theory]
    [InlineData("http://a:2379", "http://a:2379/", "/meltemi")]
    [InlineData("https://a:2379,https://b:2379/", "https://a:2379/ https://b:2379/", "/meltemi")]
    [InlineData("http://a:1,http://b:2/mesh/one", "http://a:1/ http://b:2/", "/mesh/one")]
    public void A_text_names_servers_and_a_prefix(string text, string endpoints, string prefix)
    {
        var options = new StoreOptions { Location = "etcd:" + text, User = "u", CaFile = "f" }.Etcd(text);

        Assert.Equal(endpoints, string.Join(' ', options.Endpoints));
        Assert.Equal((prefix, "u", "f"), (options.Prefix, options.User, options.CaFile));
    }

    [Theory]
    [InlineData("file:x", "'file:x' is no store: write files:DIRECTORY, etcd:URL[,URL...][/PREFIX] or memory:")]
    [InlineData("files:", "'files:' is no store")]
    [InlineData("etcd:127.0.0.1:2379", "'127.0.0.1:2379' in 'etcd:127.0.0.1:2379' is no address of an etcd: write one such as http://127.0.0.1:2379")]
    [InlineData("etcd:http://u:p@a", "names a user: give user and password as options")]
    public async Task A_wrong_text_is_told(string location, string message)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() => new StoreOptions { Location = location }.OpenAsync(new CapturedLog()));

        Assert.Contains(message, failure.Message);
    }

    [Fact]
    public async Task A_plain_path_means_files()
    {
        var directory = Directory.CreateTempSubdirectory("meltemi-files-").FullName;
        await using (var store = await new StoreOptions { Location = directory }.OpenAsync(new CapturedLog())) Assert.IsType<FileStore>(store);
        await using var memory = await new StoreOptions { Location = "memory:" }.OpenAsync(new CapturedLog());
        Assert.IsType<MemoryStore>(memory);
        Directory.Delete(directory, recursive: true);
    }
}
