using System.Collections.Immutable;
using Google.Protobuf;
using Meltemi.ControlPlane.Status;
using Meltemi.Resources;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Tests.Status;

public class UseTrackerTests
{
    private static readonly ResourceKind Kind = new("metaprotocol.aeraki.io", "MetaRouter", "metarouters", ["v1alpha1"]) { MessageType = "x" };
    private static readonly ResourceKey Cart = new(Kind, "default", "cart");
    private static readonly ResourceKey Shop = new(Kind, "default", "shop");
    private readonly HashSet<ResourceKey> _changed = [];
    private readonly UseTracker<string> _tracker;

    public UseTrackerTests() => _tracker = new(name => name, key => _changed.Add(key));

    [Fact]
    public void A_proxy_uses_what_it_was_given_and_runs_by_it_when_it_accepted_that_version()
    {
        _tracker.Published("p", null, Route("r", "1", Cart));
        Assert.Equal((1, 0), Counts(Cart));

        _tracker.Accepted("p", XdsTypes.Route, Held(("r", "1")));
        Assert.Equal((1, 1), Counts(Cart));

        _tracker.Published("p", Route("r", "1", Cart), Route("r", "2", Cart));
        Assert.Equal((1, 0), Counts(Cart));
    }

    [Fact]
    public void A_proxy_runs_by_a_resource_when_it_runs_by_all_that_was_made_from_it()
    {
        _tracker.Published("p", null, Route("a", "1", Cart));
        _tracker.Published("p", null, Route("b", "1", Cart));
        _tracker.Accepted("p", XdsTypes.Route, Held(("a", "1")));
        Assert.Equal((1, 0), Counts(Cart));

        _tracker.Accepted("p", XdsTypes.Route, Held(("a", "1"), ("b", "1")));
        Assert.Equal((1, 1), Counts(Cart));
    }

    [Fact]
    public void What_a_proxy_holds_already_counts_at_once()
    {
        _tracker.Published("p", null, Route("a", "1", Shop));
        _tracker.Accepted("p", XdsTypes.Route, Held(("a", "1"), ("b", "7")));

        _tracker.Published("p", null, Route("b", "7", Cart));

        Assert.Equal((1, 1), Counts(Cart));
    }

    [Fact]
    public void A_refusal_is_kept_until_another_version_comes()
    {
        _tracker.Published("p", null, Route("r", "1", Cart));
        _tracker.Refused("p", XdsTypes.Route, Held(("r", "1")), "no cluster");
        Assert.Equal(new Refusal("p", "no cluster"), Assert.Single(_tracker.UseOf(Cart).Refusals));

        _tracker.Published("p", Route("r", "1", Cart), Route("r", "2", Cart));
        Assert.Empty(_tracker.UseOf(Cart).Refusals);
        _tracker.Refused("p", XdsTypes.Route, Held(("r", "1")), "too late");
        Assert.Empty(_tracker.UseOf(Cart).Refusals);
    }

    [Fact]
    public void A_resource_that_is_no_longer_given_or_whose_proxy_left_is_not_used()
    {
        _tracker.Published("p", null, Route("r", "1", Cart, Shop));
        _tracker.Published("q", null, Route("r", "1", Cart));
        Assert.Equal((2, 0), Counts(Cart));

        _tracker.Published("q", Route("r", "1", Cart), null);
        Assert.Equal((1, 0), Counts(Cart));
        _changed.Clear();
        _tracker.Disconnected("p");

        Assert.Equal((0, 0), Counts(Cart));
        Assert.Equal((0, 0), Counts(Shop));
        Assert.Equal([Cart, Shop], _changed.OrderBy(key => key.Name));
    }

    [Fact]
    public void Only_resources_whose_state_changes_are_told()
    {
        _tracker.Published("p", null, Route("a", "1", Cart));
        _tracker.Published("p", null, Route("b", "1", Shop));
        _tracker.Accepted("p", XdsTypes.Route, Held(("a", "1"), ("b", "1")));
        _changed.Clear();

        _tracker.Accepted("p", XdsTypes.Route, Held(("a", "1"), ("b", "1")));
        Assert.Empty(_changed);

        _tracker.Published("p", Route("b", "1", Shop), Route("b", "2", Shop));
        Assert.Equal([Shop], _changed);
    }

    private static XdsResource Route(string name, string version, params ResourceKey[] sources) =>
        new(XdsTypes.Route, name, version, ByteString.Empty) { Sources = [.. sources.Cast<object>()] };

    private static ImmutableDictionary<string, string> Held(params (string Name, string Version)[] held) =>
        held.ToImmutableDictionary(one => one.Name, one => one.Version);

    private (int, int) Counts(ResourceKey key) => (_tracker.UseOf(key).Uses, _tracker.UseOf(key).Runs);
}
