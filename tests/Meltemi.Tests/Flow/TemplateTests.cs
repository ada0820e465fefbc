using System.Collections.Immutable;
using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Tests.Support;
using Meltemi.Xds.Expressions;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>Changes of requests and answers that are made of what is known of the request.</summary>
public class TemplateTests
{
    [Theory]
    [InlineData("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", "127.0.0.1")]
    [InlineData("%REQ(user)%", "jason")]
    [InlineData("%REQ(nobody?user)%:%REQ(user):2%", "jason:ja")]
    [InlineData("from %REQ(user)% of %UPSTREAM_CLUSTER% by %ROUTE_NAME%", "from jason of main by r")]
    [InlineData("%PROTOCOL%", "awesomerpc")]
    [InlineData("100%% \"ü\"", "100% \"ü\"")]
    [InlineData("%REQ(quoted)%", "say \"\\\n")]
    public void A_request_carries_what_is_known_of_it(string template, string expected)
    {
        var (seen, _) = Exchange([new(ChangeKind.Set, "made", template)], [], Headers(("user", "jason"), ("quoted", "say \"\\\n")));

        Assert.Equal(expected, seen["made"]);
    }

    [Fact]
    public void The_time_is_that_of_the_request()
    {
        var before = DateTimeOffset.UtcNow;
        var (seen, _) = Exchange([new(ChangeKind.Set, "at", "%START_TIME(%s)%")], []);

        Assert.InRange(long.Parse(seen["at"]!, System.Globalization.CultureInfo.InvariantCulture), before.ToUnixTimeSeconds() - 1, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public void What_is_missing_is_empty_and_an_empty_value_changes_nothing_unless_it_is_to_be_kept()
    {
        var (seen, _) = Exchange(
            [
                new(ChangeKind.Set, "a", "%REQ(nobody)%"), new(ChangeKind.Set, "b", "%REQ(nobody)%", KeepEmpty: true), new(ChangeKind.Set, "c", "<%REQ(nobody)%>"),
            ],
            [],
            Headers(("a", "old"), ("b", "old")));

        Assert.Equal(("old", "", "<>"), (seen["a"], seen["b"], seen["c"]));
    }

    [Fact]
    public void Fixed_changes_and_templates_keep_their_order()
    {
        var (seen, _) = Exchange(
            [
                new(ChangeKind.Set, "x", "first"), new(ChangeKind.Set, "x", "%REQ(user)%"),
                new(ChangeKind.Set, "y", "%REQ(user)%"), new(ChangeKind.Set, "y", "last"),
                new(ChangeKind.Remove, "gone", ""), new(ChangeKind.Add, "there", "%REQ(user)%"), new(ChangeKind.Add, "absent", "%REQ(user)%"),
                new(ChangeKind.Replace, "missing", "%REQ(user)%"), new(ChangeKind.Replace, "user", "not %REQ(user)%"),
            ],
            [],
            Headers(("user", "jason"), ("gone", "1"), ("there", "already")));

        Assert.Equal(("jason", "last", null), (seen["x"], seen["y"], seen["gone"]));
        Assert.Equal(("already", "jason", null, "not jason"), (seen["there"], seen["absent"], seen["missing"], seen["user"]));
    }

    [Fact]
    public void An_answer_may_carry_what_the_request_said_and_what_it_says_itself()
    {
        var (_, answer) = Exchange(
            [], [new(ChangeKind.Set, "about", "%REQ(user)% asked %UPSTREAM_HOST%, which said %RESP(mood)% (%RESPONSE_CODE%)")], Headers(("user", "jason")));

        Assert.Matches("^jason asked 127.0.0.1:[0-9]+, which said fine \\(0\\)$", answer["about"]);
    }

    [Fact]
    public void Every_exchange_has_its_own_values_however_they_overlap()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Route([new(ChangeKind.Set, "who", "%REQ(user)%")], [new(ChangeKind.Set, "who", "%REQ(user)%")]))[0];
        var client = mesh.Client();
        for (uint round = 0; round < 3; round++)
        {
            mesh.Send(client, [.. Enumerable.Range(0, 50).Select(i => Request((uint)i, "echo", ("user", $"user-{round}-{i}")))]);
            var upstream = server.Accepted[0];
            var seen = mesh.Received(upstream);
            Assert.All(seen, message => Assert.Equal(message["user"], message["who"]));
            mesh.Send(upstream, [.. seen.AsEnumerable().Reverse().Select(message => new Message(MessageType.Response, message.Id))]);
            Assert.All(mesh.Received(client), message => Assert.Equal($"user-{round}-{message.Id}", message["who"]));
        }
    }

    [Fact]
    public void Every_command_that_a_resource_may_name_is_one_that_the_proxy_knows()
    {
        Assert.All(FormatString.Commands, command =>
        {
            var format = command is "REQ" or "RESP" ? $"%{command}(a)%" : $"%{command}%";
            Assert.Null(FormatString.Complaint(format));
            Exchange([new(ChangeKind.Set, "a", format)], [new(ChangeKind.Set, "a", format)]);
        });
    }

    [Theory]
    [InlineData("50% of", "position 3: the command does not end with '%' (a percent sign is written '%%')")]
    [InlineData("%NOBODY%", "position 1: there is no command 'NOBODY'")]
    [InlineData("a%REQ%", "position 2: REQ needs the name of an attribute")]
    [InlineData("%START_TIME(%Q)%", "position 1: '%Q' is no format of a time")]
    public void A_broken_template_has_a_complaint(string format, string complaint) => Assert.Equal(complaint, FormatString.Complaint(format));

    private static Func<RouteConfig, RouteConfig> Route(ImmutableArray<MutationConfig> requests, ImmutableArray<MutationConfig> responses) =>
        route => route with { Name = "r", RequestMutations = requests, ResponseMutations = responses };

    private static (Message Seen, Message Answer) Exchange(
        ImmutableArray<MutationConfig> requests, ImmutableArray<MutationConfig> responses, Dictionary<string, string>? headers = null)
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Route(requests, responses))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1, "echo", [.. (headers ?? []).Select(header => (header.Key, header.Value))]));
        var upstream = server.Accept();
        var seen = Assert.Single(mesh.Received(upstream));
        mesh.Send(upstream, new Message(MessageType.Response, seen.Id) { Headers = Headers(("mood", "fine")) });
        return (seen, Assert.Single(mesh.Received(client)));
    }
}
