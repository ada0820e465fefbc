using Meltemi.Xds.Server;
using static Meltemi.ControlPlane.Tests.Xds.Server.TestSource;

namespace Meltemi.ControlPlane.Tests.Xds.Server;

/// <summary>
/// The cases of the xDS conformance suite (ii/xds-test-harness: subscribing, unsubscribing, delta), each for both dialects, on an aggregated stream and on one of
/// its own.
/// </summary>
public class HarnessTests
{
    private const string Probe = "probe";

    private static readonly string[] Roots = [XdsTypes.Cluster, XdsTypes.Listener];

    /// <summary>Delta, aggregated, type.</summary>
    public static TheoryData<bool, bool, string> All { get; } = Rows(XdsTypes.InOrder);

    /// <summary>Those that know wildcards.</summary>
    public static TheoryData<bool, bool, string> WithWildcard { get; } = Rows(Roots);

    [Theory]
    [MemberData(nameof(WithWildcard))]
    public async Task A_wildcard_gets_everything_and_an_answer_gets_no_response(bool delta, bool aggregated, string type)
    {
        await using var mesh = await StartAsync(type, "A1", "B1", "C1");
        using var peer = Open(mesh, delta, aggregated, type);
        await peer.WildcardAsync(type);
        Assert.Equal(["A", "B", "C", Probe], (await peer.ReadAsync()).Names);
        await QuietAsync(mesh, peer, type);
    }

    [Theory]
    [MemberData(nameof(WithWildcard))]
    public async Task A_wildcard_gets_updates_and_additions(bool delta, bool aggregated, string type)
    {
        await using var mesh = await StartAsync(type, "A1", "B1", "C1");
        using var peer = Open(mesh, delta, aggregated, type);
        await peer.WildcardAsync(type);
        await peer.ReadAsync();

        Set(mesh, type, "A2", "B1", "C1");
        Assert.Equal(delta ? ["A"] : ["A", "B", "C", Probe], (await peer.ReadAsync()).Names);
        Set(mesh, type, "A2", "B1", "C1", "D1");
        Assert.Equal(delta ? ["D"] : ["A", "B", "C", "D", Probe], (await peer.ReadAsync()).Names);
        AssertHas(mesh, peer, type, "A", "B", "C", "D", Probe);
        await QuietAsync(mesh, peer, type);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Names_get_only_these_and_their_updates(bool delta, bool aggregated, string type)
    {
        await using var mesh = await StartAsync(type, "A1", "B1", "C1", "D1");
        using var peer = Open(mesh, delta, aggregated, type);
        await peer.SubscribeAsync(type, "B", "D");
        Assert.Equal(["B", "D"], (await peer.ReadAsync()).Names);

        Set(mesh, type, "A1", "B2", "C2", "D1");
        Assert.Equal(!delta && Roots.Contains(type) ? ["B", "D"] : ["B"], (await peer.ReadAsync()).Names);
        AssertHas(mesh, peer, type, "B", "D");
        await QuietAsync(mesh, peer, type);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_name_that_is_not_there_comes_when_it_is(bool delta, bool aggregated, string type)
    {
        await using var mesh = await StartAsync(type, "A1", "B1");
        using var peer = Open(mesh, delta, aggregated, type);
        await peer.SubscribeAsync(type, "A", "Z");
        var first = await peer.ReadAsync();
        Assert.Equal(["A"], first.Names);
        Assert.Equal(delta || type == XdsTypes.Endpoints ? (string[])["Z"] : [], first.Removed);

        Set(mesh, type, "A1", "B1", "Z1");
        Assert.Equal(!delta && Roots.Contains(type) ? ["A", "Z"] : ["Z"], (await peer.ReadAsync()).Names);
        await QuietAsync(mesh, peer, type);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task One_name_after_the_other(bool delta, bool aggregated, string type)
    {
        await using var mesh = await StartAsync(type, "A1", "B1", "C1");
        using var peer = Open(mesh, delta, aggregated, type);
        await peer.SubscribeAsync(type, "A");
        Assert.Equal(["A"], (await peer.ReadAsync()).Names);
        await peer.SubscribeAsync(type, "B");
        Assert.Equal(!delta && Roots.Contains(type) ? ["A", "B"] : ["B"], (await peer.ReadAsync()).Names);
        await QuietAsync(mesh, peer, type);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Names_that_are_not_wanted_any_more_get_nothing(bool delta, bool aggregated, string type)
    {
        await using var mesh = await StartAsync(type, "A1", "B1", "C1");
        using var peer = Open(mesh, delta, aggregated, type);
        await peer.SubscribeAsync(type, "A", "B");
        await peer.ReadAsync();
        await peer.UnsubscribeAsync(type, "A");
        await NamesAsync(mesh, type, 1);
        Set(mesh, type, "A2", "B2", "C1");
        Assert.Equal(["B"], (await peer.ReadAsync()).Names);

        await peer.UnsubscribeAsync(type, "B");
        await NamesAsync(mesh, type, 0);
        Set(mesh, type, "A3", "B3", "C3");
        await QuietAsync(mesh, peer, type);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_removed_and_comes_back_is_told(bool delta, bool aggregated, string type)
    {
        await using var mesh = await StartAsync(type, "A1", "B1");
        using var peer = Open(mesh, delta, aggregated, type);
        await peer.SubscribeAsync(type, "A", "B");
        await peer.ReadAsync();

        Set(mesh, type, "A1");
        if (delta || type != XdsTypes.Route) // Nobody can be told in state of the world that a route is gone.
        {
            var removal = await peer.ReadAsync();
            Assert.Equal(removal.IsComplete ? [] : (string[])["B"], removal.Removed);
            Assert.Equal(["A"], peer.Of(type).Keys);
        }
        else
        {
            await GoneAsync(mesh, type, "B");
        }

        Set(mesh, type, "A1", "B2");
        Assert.Contains("B", (await peer.ReadAsync()).Names);
        AssertHas(mesh, peer, type, "A", "B");
        await QuietAsync(mesh, peer, type);
    }

    [Theory]
    [InlineData(false, XdsTypes.Cluster, XdsTypes.Listener)]
    [InlineData(true, XdsTypes.Cluster, XdsTypes.Listener)]
    [InlineData(false, XdsTypes.Route, XdsTypes.Endpoints)]
    [InlineData(true, XdsTypes.Route, XdsTypes.Endpoints)]
    public async Task Types_on_one_stream_do_not_disturb_each_other(bool delta, string one, string other)
    {
        await using var mesh = await Mesh.StartAsync();
        mesh.Source.Set(Make(one, "B1"), Make(one, Probe + "1"), Make(other, "B1"), Make(other, Probe + "1"));
        using var peer = Peer.Open(mesh.Channel, delta);
        await peer.SubscribeAsync(one, "B");
        Assert.Equal(one, (await peer.ReadAsync()).Type);
        await peer.SubscribeAsync(other, "B");
        Assert.Equal(other, (await peer.ReadAsync()).Type);

        mesh.Source.Set(Make(one, "B2"), Make(one, Probe + "1"), Make(other, "B1"), Make(other, Probe + "1"));
        var update = await peer.ReadAsync();
        Assert.Equal((one, "B"), (update.Type, Assert.Single(update.Names)));
        await QuietAsync(mesh, peer, one);
        await QuietAsync(mesh, peer, other);
    }

    private static TheoryData<bool, bool, string> Rows(IEnumerable<string> types)
    {
        var rows = new TheoryData<bool, bool, string>();
        foreach (var type in types)
        {
            foreach (var delta in (bool[])[false, true])
            {
                foreach (var aggregated in (bool[])[false, true]) rows.Add(delta, aggregated, type);
            }
        }

        return rows;
    }

    private static async Task<Mesh> StartAsync(string type, params string[] resources)
    {
        var mesh = await Mesh.StartAsync();
        Set(mesh, type, resources);
        return mesh;
    }

    private static Peer Open(Mesh mesh, bool delta, bool aggregated, string type) => Peer.Open(mesh.Channel, delta, aggregated ? null : type);

    private static void Set(Mesh mesh, string type, params string[] resources) =>
        mesh.Source.Set([.. resources.Append(Probe + "1").Select(one => Make(type, one))]);

    /// <summary>A name and a digit as its version.</summary>
    private static XdsResource Make(string type, string one) => type switch
    {
        XdsTypes.Cluster => Cluster(one[..^1], one[^1..]),
        XdsTypes.Endpoints => Endpoints(one[..^1], one[^1..]),
        XdsTypes.Listener => Listener(one[..^1], one[^1..]),
        _ => Route(one[..^1], one[^1..]),
    };

    private static void AssertHas(Mesh mesh, Peer peer, string type, params string[] names)
    {
        var current = mesh.Server.Clients.All.Single().Current;
        Assert.Equal(
            names.Order(StringComparer.Ordinal).Select(name => (name, current.Find(type, name)!.Version)),
            peer.Of(type).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)));
    }

    /// <summary>Nothing is on its way: what comes next is the answer to a question that is asked now.</summary>
    private static async Task QuietAsync(Mesh mesh, Peer peer, string type)
    {
        await peer.UnsubscribeAsync(type, Probe); // A wildcard that includes it, or nothing at all.
        await peer.SubscribeAsync(type, Probe);
        var response = await peer.ReadAsync();
        Assert.Equal(type, response.Type);
        Assert.Contains(Probe, response.Names);
        if (!response.IsComplete) Assert.Equal([Probe], response.Names);
        await Wait.Until(() => mesh.Server.Clients.All.Single().Types[type].InSync, "everything is answered");
    }

    private static Task NamesAsync(Mesh mesh, string type, int count) =>
        Wait.Until(() => mesh.Server.Clients.All.Single().Types[type].Names == count, $"{count} names");

    private static Task GoneAsync(Mesh mesh, string type, string name) =>
        Wait.Until(() => mesh.Server.Clients.All.Single().Types[type].Missing.Contains(name), $"{name} to be missing");
}
