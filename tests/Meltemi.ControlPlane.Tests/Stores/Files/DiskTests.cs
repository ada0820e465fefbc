using System.Diagnostics;
using Meltemi.ControlPlane.Stores;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

/// <summary>Real file systems that are full or read-only.</summary>
public class DiskTests
{
    [MountFact]
    public async Task A_full_disk_is_told_and_writing_goes_on_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using var files = new FileStoreFixture(disk.Directory) { Options = new() { Directory = "", Rescan = TimeSpan.FromMilliseconds(50) } };
        var store = await files.OpenAsync();
        var made = await store.PutAsync(Sample.Resource("a"), "", default);
        disk.Fill();

        var failure = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Sample.Resource("a", "x"), null, default));
        Assert.Equal(StoreError.Failed, failure.Error);
        Assert.Contains($"the disk of {disk.Directory} is full: free some space", failure.Message);
        Assert.Contains("is full", store.ReadOnlyReason);
        Assert.Same(made, store.Current.Resources[made.Key]);
        Assert.Equal("a", Host(files));

        // A status is only remembered; it need not be written down.
        await store.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status("Full"), default);
        Assert.Equal("Full", store.Current.Resources[made.Key].Status!.Conditions[0].Reason);

        disk.Free();
        await Wait.Until(() => store.ReadOnlyReason is null);
        await store.PutAsync(Sample.Resource("a", "y"), null, default);
        var revision = store.Current.Revision;
        store = await files.OpenAsync();
        Assert.Equal((revision, "y"), (store.Current.Revision, store.Current.Host("a")));
        Assert.NotNull(store.Current.Resources[made.Key].Status);
    }

    [MountFact]
    public async Task A_read_only_directory_serves_and_says_so()
    {
        await using var disk = await SmallDisk.MountAsync();
        File.WriteAllText(Path.Combine(disk.Directory, "a.yaml"), Sample.Yaml("a"));
        await disk.RemountAsync("ro");
        await using var files = new FileStoreFixture(disk.Directory) { Options = new() { Directory = "", Rescan = TimeSpan.FromMilliseconds(50) } };

        var store = await files.OpenAsync();

        Assert.Equal("a", store.Current.Host("a"));
        Assert.Equal($"the file system of {disk.Directory} is mounted read-only", store.ReadOnlyReason);
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Sample.Resource("b"), "", default));
        Assert.Equal(StoreError.ReadOnly, failure.Error);
        var made = store.Current.Resources[Sample.Key("a")];
        await store.PutStatusAsync(made.Key, made.Meta.Uid, Sample.Status("Seen"), default);

        await disk.RemountAsync("rw");
        await Wait.Until(() => store.ReadOnlyReason is null);
        await store.PutAsync(Sample.Resource("b"), "", default);
    }

    private static string Host(FileStoreFixture files) => files.Read("default-metarouter-a.yaml").Contains("- a.org", StringComparison.Ordinal) ? "a" : "?";
}

/// <summary>A fact that needs to mount a file system: root may, others skip it.</summary>
internal sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess) Skip = "needs root, to mount a small disk";
    }
}

/// <summary>A disk of 256 KiB.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string directory) => Directory = directory;

    public string Directory { get; }

    private string Filler => Path.Combine(Directory, "filler");

    public static async Task<SmallDisk> MountAsync()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("meltemi-disk-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=256k", "meltemi-test", directory);
        return new(directory);
    }

    public Task RemountAsync(string mode) => RunAsync("mount", "-o", $"remount,{mode}", Directory);

    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Directory);
        System.IO.Directory.Delete(Directory);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
