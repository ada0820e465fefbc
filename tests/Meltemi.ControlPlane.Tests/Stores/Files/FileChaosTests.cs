using System.Text;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

/// <summary>People, editors and the API at the same time.</summary>
public class FileChaosTests
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task In_the_end_the_store_is_what_the_files_say_and_who_watched_knows_it(int seed)
    {
        await using var files = new FileStoreFixture();
        files.Options = files.Options with { Quiet = TimeSpan.FromMilliseconds(5), Grace = TimeSpan.FromMilliseconds(30) };
        var store = await files.OpenAsync();
        var start = store.Current.Revision;

        await Task.WhenAll(
            Task.Run(() => EditAsync(files, new Random(seed))),
            Task.Run(() => WriteAsync(store, new Random(seed + 100))),
            Task.Run(() => WriteAsync(store, new Random(seed + 200))));
        files.Write("z.yaml", Sample.Yaml("last"));
        await store.UntilAsync(state => state.Host("last") is not null);
        var state = await SettledAsync(store, files);

        var replayed = new Dictionary<ResourceKey, Resource>();
        foreach (var change in await store.TakeAsync(start, 1, state.Revision))
        {
            Assert.Equal(replayed.GetValueOrDefault(change.Key)?.Meta.ResourceVersion, change.Before?.Meta.ResourceVersion);
            if (change.After is null)
                replayed.Remove(change.Key);
            else
                replayed[change.Key] = change.After;
        }

        Assert.Equal(Seen(state), Seen(new(state.Revision, state.Resources.Clear().AddRange(replayed))));
        Assert.Equal(Seen(state), Seen((await files.OpenAsync()).Current));
        Assert.DoesNotContain(files.Log.Lines, line => line.Level > Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    // Files that were gone a moment ago are gone for good some moments later.
    private static async Task<StoreState> SettledAsync(IResourceStore store, FileStoreFixture files)
    {
        await Wait.Until(() =>
        {
            var text = new StringBuilder();
            foreach (var path in Directory.GetFiles(files.Directory, "*.yaml")) text.Append("\n---\n").Append(File.ReadAllText(path));
            var names = ResourceText.Parse(text.ToString()).Select(parsed => parsed.Resource!.Key.Name).ToHashSet();
            return names.SetEquals(store.Current.Resources.Keys.Select(key => key.Name));
        });
        files.Write("zz.yaml", Sample.Yaml("very-last"));
        await store.UntilAsync(state => state.Host("very-last") is not null);
        return store.Current;
    }

    private static async Task EditAsync(FileStoreFixture files, Random random)
    {
        for (var i = 0; i < 60; i++)
        {
            var name = $"f{random.Next(3)}.yaml";
            var documents = Names.Where(_ => random.Next(3) == 0).Select(resource => Sample.Yaml(resource, $"e{i}"));
            switch (random.Next(4))
            {
                case 0:
                    File.Delete(files.PathOf(name));
                    break;
                case 1:
                    files.Write(".new", string.Join("---\n", documents));
                    File.Move(files.PathOf(".new"), files.PathOf(name), overwrite: true);
                    break;
                default:
                    files.Write(name, string.Join("---\n", documents));
                    break;
            }

            await Task.Delay(random.Next(10));
        }
    }

    private static async Task WriteAsync(IResourceStore store, Random random)
    {
        for (var i = 0; i < 100; i++)
        {
            var name = Names[random.Next(Names.Length)];
            try
            {
                if (random.Next(4) == 0)
                    await store.DeleteAsync(Sample.Key(name), null, default);
                else
                    await store.PutAsync(Sample.Resource(name, $"w{random.Next(1000)}"), null, default);
            }
            catch (StoreException e) when (e.Error is StoreError.NotFound or StoreError.Conflict)
            {
                // An editor was faster.
            }
        }
    }

    private static Dictionary<string, string> Seen(StoreState state) =>
        state.Resources.Values.ToDictionary(one => one.Key.Name, one => $"{one.Host()} {one.Meta.ResourceVersion} {one.Meta.Generation}");
}
