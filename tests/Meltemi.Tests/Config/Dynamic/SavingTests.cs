using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Config.Dynamic.Saving;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Tests.Support;
using Meltemi.Xds.Server;
using Meltemi.Xds.State.V1;
using static Meltemi.Tests.Config.Dynamic.Resources;

namespace Meltemi.Tests.Config.Dynamic;

/// <summary>What is kept on disk for the next start.</summary>
public sealed class SavingTests : LoggedTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meltemi-state-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "a", "state");

    [Fact]
    public async Task What_was_accepted_comes_back_and_serves_without_a_control_plane()
    {
        var server = new IPEndPoint(IPAddress.Loopback, 7);
        using (var mesh = new DynamicMesh().Start())
        {
            var saver = new StateSaver(Path, "n", () => mesh.Follower.Held, mesh.Queue, Log);
            mesh.Follower.Changed = saver.Changed;
            mesh.Give(EdsCluster("one"));
            mesh.Give(EndpointsOf("one", server));
            mesh.Give(ListenerOf("front", 9000, "routes"));
            mesh.Give(RoutesOf("routes", "one"));
            _ = mesh.Push(Yaml(XdsTypes.Cluster, "bad", "{ name: bad, type: ORIGINAL_DST }"));
            Assert.False(File.Exists(Path));
            mesh.Advance(1.1);
            await saver.Writing;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal("state", Assert.Single(Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!).Select(System.IO.Path.GetFileName)));
        var saved = SavedResources.Load(Path, "n", new DateTimeOffset(2026, 1, 31, 12, 7, 1, TimeSpan.Zero), Log);
        Assert.Equal(4, saved.Count);
        Assert.Contains(Logged, entry => entry.Message.StartsWith("starting with the configuration that was accepted 7 minutes ago (4 resources)", StringComparison.Ordinal));

        using var later = new DynamicMesh();
        var upstream = later.Kernel.Serve(server);
        later.Start(new ProxyConfig(), [.. saved]);
        Assert.True(later.Follower.IsLive);
        Assert.Equal("7", later.Ask(later.Client(9000)!, "x", upstream));
        Assert.True(later.Ads.IsStarted);

        // The control plane's word counts as soon as it comes.
        later.Remove(XdsTypes.Listener, "front");
        Assert.Null(later.Client(9000));
    }

    [Fact]
    public async Task Changes_are_collected_and_none_is_lost()
    {
        var queue = new ManualQueue();
        var content = new List<XdsResource> { EdsCluster("a") };
        var saver = new StateSaver(Path, "n", () => content.Select(resource => ("ads", resource)), queue, Log);
        for (var i = 0; i < 100; i++) saver.Changed();
        Assert.Equal(1, queue.Delayed);
        queue.Advance(TimeSpan.FromMilliseconds(50));
        saver.Changed(); // while it is being written
        content.Add(EdsCluster("b"));
        await saver.Writing;
        queue.RunAll();
        queue.Advance(TimeSpan.FromSeconds(1));
        await saver.Writing;
        queue.RunAll();
        Assert.Equal(2, StateFile.Load(Path, out _)!.Entries.Count);
        Assert.Equal(0, queue.Delayed);

        content.Add(EdsCluster("c"));
        saver.Changed();
        await saver.FlushAsync();
        Assert.Equal(3, StateFile.Load(Path, out _)!.Entries.Count);
        Assert.Equal(0, queue.Delayed);
    }

    [Fact]
    public async Task Changes_that_do_not_end_are_written_every_second()
    {
        var queue = new ManualQueue();
        var saver = new StateSaver(Path, "n", () => [], queue, Log);
        for (var i = 0; i < 24; i++)
        {
            saver.Changed();
            queue.Advance(TimeSpan.FromMilliseconds(40));
        }

        Assert.True(saver.Writing.IsCompleted);
        Assert.False(File.Exists(Path));
        saver.Changed();
        queue.Advance(TimeSpan.FromMilliseconds(40));
        await saver.Writing;

        Assert.True(File.Exists(Path));
    }

    [Fact]
    public async Task A_disk_that_does_not_take_it_is_worth_one_warning()
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(_folder.FullName, "a"), "no folder");
        var queue = new ManualQueue();
        var saver = new StateSaver(Path, "n", () => [], queue, Log);
        for (var i = 0; i < 3; i++) await SaveAsync();
        Assert.Single(Logged, entry => entry.Level == LogLevel.Warning);
        File.Delete(System.IO.Path.Combine(_folder.FullName, "a"));
        await SaveAsync();
        Assert.Contains(Logged, entry => entry.Message.EndsWith("again", StringComparison.Ordinal));

        async Task SaveAsync()
        {
            saver.Changed();
            queue.Advance(TimeSpan.FromSeconds(1));
            await saver.Writing;
            queue.RunAll();
        }
    }

    public static TheoryData<string, Action<byte[]>, int> Damages => new()
    {
        { "it is no state of a proxy", content => content[0]++, 0 },
        { "it has the version 2, and this program writes 1", content => content[8]++, 0 },
        { "it is cut", _ => { }, -1 },
        { "its checksum is wrong", content => content[^1]++, 0 },
        { "its checksum is wrong", content => content[20]++, 0 },
        { "it has 40 bytes", _ => { }, -1000 },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_file_that_is_not_as_it_was_written_is_ignored(string complaint, Action<byte[]> damage, int cut)
    {
        var content = Saved("n");
        damage(content);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllBytes(Path, cut < -1 ? content[..40] : content[..^-cut]);
        Assert.Empty(SavedResources.Load(Path, "n", DateTimeOffset.UtcNow, Log));
        Assert.Contains(Logged, entry => entry.Level == LogLevel.Warning && entry.Message == $"the saved configuration {Path} is ignored: {complaint}");
    }

    [Fact]
    public void A_file_of_another_proxy_or_none_at_all_is_nothing()
    {
        Assert.Empty(SavedResources.Load(Path, "n", DateTimeOffset.UtcNow, Log));
        Assert.Empty(Logged);
        _ = Saved("another");
        Assert.Empty(SavedResources.Load(Path, "n", DateTimeOffset.UtcNow, Log));
        Assert.Contains("it belongs to the proxy 'another'", Assert.Single(Logged).Message);
        Assert.NotEqual(StateSaver.FileName("a"), StateSaver.FileName("b"));
    }

    [Fact]
    public void The_header_is_as_documented()
    {
        var content = Saved("n");
        Assert.Equal("MLTMSTAT"u8.ToArray(), content[..8]);
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(8)));
        Assert.Equal((uint)content.Length - 48, BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(12)));
        Assert.Equal("n", SavedState.Parser.ParseFrom(content.AsSpan(48)).NodeId);
    }

    public override void Dispose()
    {
        _folder.Delete(recursive: true);
        base.Dispose();
    }

    private byte[] Saved(string nodeId)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var entry = new SavedState.Types.Entry { Source = "ads", Type = XdsTypes.Cluster, Name = "a", Body = ByteString.CopyFromUtf8("x") };
        StateFile.Save(Path, new SavedState { NodeId = nodeId, Saved = new Timestamp(), Entries = { entry } });
        return File.ReadAllBytes(Path);
    }
}
