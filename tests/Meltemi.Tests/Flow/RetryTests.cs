using System.Text;
using AwesomeRpc;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Routing.Retries;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Tests.Support;
using Meltemi.Transport;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Flow;

/// <summary>Requests that are tried again: when, where, how often, and what nobody must notice of it.</summary>
public class RetryTests
{
    private const int LongestBackOff = 300;

    public static TheoryData<string, Status, bool> Answers => new()
    {
        { "refused-stream", Status.Busy, true },
        { "refused-stream", Status.Failed, false },
        { "gateway-error", Status.Busy, true },
        { "gateway-error", Status.Timeout, true },
        { "gateway-error", Status.Failed, false },
        { "5xx", Status.Failed, true },
        { "5xx", Status.Busy, true },
        { "5xx", Status.Timeout, true },
        { "5xx", Status.BadRequest, false },
        { "5xx", Status.ApplicationError, false },
        { "retriable-4xx", Status.BadRequest, true },
        { "retriable-4xx", Status.Failed, false },
        { "unavailable", Status.Busy, true },
        { "resource-exhausted", Status.Busy, true },
        { "deadline-exceeded", Status.Timeout, true },
        { "internal", Status.Failed, true },
        { "connect-failure", Status.Failed, false },
        { "reset", Status.Failed, false },
        { "retriable-status-codes", Status.ApplicationError, true },
        { "retriable-status-codes", Status.Failed, false },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_is_a_reason_to_try_again_if_the_policy_covers_it(string on, Status status, bool expected)
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry(on, retry => retry with { Codes = [(int)Status.ApplicationError] }))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(7));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single(), status));
        Assert.Equal(expected ? 0 : 1, client.Received.Length > 0 ? 1 : 0);

        mesh.Kernel.AdvanceTime(LongestBackOff);
        var again = mesh.Received(upstream);
        if (expected) mesh.Send(upstream, Answer(Assert.Single(again)));
        else Assert.Empty(again);
        var answer = Assert.Single(mesh.Received(client));
        Assert.Equal(7u, answer.Id);
        Assert.Equal(expected ? Status.Ok : status, answer.Status);
        Assert.Equal(expected ? 1 : 0, mesh.Figure("cluster.main.upstream_rq_retry"));
        Assert.Equal(expected ? 1 : 0, mesh.Figure("cluster.main.upstream_rq_retry_success"));
        Assert.Equal(expected ? 1 : 0, mesh.Figure("cluster.main.upstream_rq_retry_backoff_exponential"));
    }

    [Fact]
    public void Every_name_of_a_condition_is_tested_or_needs_a_failure() => Assert.Subset(
        new HashSet<string>(Answers.Select(row => (string)row[0])) { "reset-before-request", RetryConditions.Headers }, RetryConditions.Names.ToHashSet());

    [Theory]
    [InlineData("AGAIN", true)]
    [InlineData("no", false)]
    public void An_attribute_of_the_answer_is_a_reason_if_the_policy_names_it(string value, bool expected)
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry(
            "retriable-headers", retry => retry with { Attributes = [new("please", new ExactMatch("AGAIN"))] }))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()) with { Headers = Headers(("please", value)) });
        mesh.Kernel.AdvanceTime(LongestBackOff);
        Assert.Equal(expected ? 1 : 0, mesh.Received(upstream).Count);
        Assert.Equal(expected ? 0 : 1, mesh.Received(client).Count);
    }

    [Theory]
    [InlineData("connect-failure")]
    [InlineData("reset-before-request")]
    [InlineData("reset")]
    [InlineData("5xx")]
    public void A_request_whose_endpoint_refuses_goes_to_another(string on)
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(servers: 2, route: Retry(on));
        mesh.Kernel.OnConnect(servers[0].Address, ConnectOutcome.Refuse);
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2));
        mesh.Kernel.AdvanceTime(LongestBackOff);
        var upstream = servers[1].Accept();
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());

        Assert.Equal([1u, 2u], mesh.Received(client).Select(answer => answer.Id).Order());
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_cx_connect_fail"));
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_rq_total") - mesh.Figure("cluster.main.upstream_rq_retry"));
    }

    [Theory]
    [InlineData("reset", true)]
    [InlineData("connect-failure", false)]
    public void A_connection_that_ends_before_the_answer_is_a_reset(string on, bool expected)
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(servers: 2, route: Retry(on));
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        servers.Single(server => server.Accepted.Count == 1).Accepted[0].Reset();
        mesh.Kernel.AdvanceTime(LongestBackOff);
        Assert.Equal(expected ? 2 : 1, servers.Sum(server => server.Accepted.Count));
        Assert.Equal(expected ? 0 : 1, mesh.Received(client).Count);
    }

    [Fact]
    public void When_the_retries_are_used_up_the_last_answer_goes_to_the_client_and_the_log_says_so()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("5xx", retry => retry with { MaxRetries = 2 }))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var request = Assert.Single(mesh.Received(upstream));
            Assert.Empty(mesh.Received(client));
            mesh.Send(upstream, Answer(request, Status.Failed) with { Text = $"attempt {attempt}" });
            mesh.Kernel.AdvanceTime(LongestBackOff);
        }

        Assert.Equal("attempt 3", Assert.Single(mesh.Received(client)).Text);
        Assert.Empty(mesh.Received(upstream));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_retry_limit_exceeded"));
        Assert.Equal(0, mesh.Figure("cluster.main.upstream_rq_retry_success"));
        Assert.Contains("response_flags=\"URX\"", Prometheus(mesh));
    }

    [Fact]
    public void A_failure_after_the_last_retry_has_both_flags_and_says_how_often_it_was_tried()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("connect-failure", retry => retry with { MaxRetries = 3 }))[0];
        mesh.Kernel.OnConnect(server.Address, ConnectOutcome.Refuse);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(4 * LongestBackOff);
        Assert.EndsWith("(UF), after 4 tries", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(4, mesh.Figure("cluster.main.upstream_cx_connect_fail"));
        Assert.Contains("response_flags=\"UF,URX\"", Prometheus(mesh));
    }

    [Fact]
    public void Endpoints_that_were_tried_are_avoided()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(
            servers: 4, route: Retry("5xx", retry => retry with { MaxRetries = 3, HostAttempts = 50 }),
            cluster: cluster => cluster with { Balancer = new() { Kind = BalancerKind.Random } });
        foreach (var server in servers) Play(mesh, server, _ => Status.Failed);
        var client = mesh.Client();
        for (uint id = 1; id <= 20; id++)
        {
            mesh.Send(client, Request(id));
            mesh.Kernel.AdvanceTime(3 * LongestBackOff);
            Assert.Equal(Status.Failed, Assert.Single(mesh.Received(client)).Status);
        }

        Assert.All(servers, server => Assert.Equal(20, mesh.Figure($"cluster.main.endpoint.{server.Address}.rq_error")));
    }

    [Fact]
    public void Another_priority_is_tried_after_the_first()
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(
            servers: 4, route: Retry("5xx", retry => retry with { MaxRetries = 1, PriorityFrequency = 1 }),
            cluster: cluster => cluster with
            {
                Balancer = new() { Kind = BalancerKind.Random },
                Endpoints = [.. cluster.Endpoints.Select((endpoint, i) => endpoint with { Place = endpoint.Place with { Priority = i < 2 ? 0u : 1 } })],
            });
        foreach (var server in servers) Play(mesh, server, _ => Status.Failed);
        var client = mesh.Client();
        for (uint id = 1; id <= 20; id++)
        {
            mesh.Send(client, Request(id));
            mesh.Kernel.AdvanceTime(LongestBackOff);
            Assert.Equal(Status.Failed, Assert.Single(mesh.Received(client)).Status);
        }

        foreach (var priority in (MemoryServer[][])[servers[..2], servers[2..]])
            Assert.Equal(20, priority.Sum(server => mesh.Figure($"cluster.main.endpoint.{server.Address}.rq_error")));
    }

    [Fact]
    public void The_time_of_a_try_ends_it_and_its_late_answer_reaches_nobody()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("reset", retry => retry with { PerTryTimeout = TimeSpan.FromMilliseconds(100) }))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        var first = mesh.Received(upstream).Single();
        mesh.Kernel.AdvanceTime(101 + LongestBackOff - 250);
        mesh.Kernel.RunUntil(() => upstream.Received.Length > 0, 99);
        var second = Assert.Single(mesh.Received(upstream));
        Assert.NotEqual(first.Id, second.Id);

        mesh.Send(upstream, Answer(first) with { Text = "late" });
        Assert.Empty(mesh.Received(client));
        mesh.Send(upstream, Answer(second) with { Text = "in time" });
        Assert.Equal("in time", Assert.Single(mesh.Received(client)).Text);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_late"));
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_per_try_timeout"));
        Assert.Equal(1, mesh.Figure($"cluster.main.endpoint.{server.Address}.rq_timeout"));
    }

    [Fact]
    public void The_deadline_of_the_request_bounds_all_tries()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(route: route => Retry(
            "reset", retry => retry with { MaxRetries = 100, PerTryTimeout = TimeSpan.FromMilliseconds(100) })(route) with
        { Timeout = TimeSpan.FromMilliseconds(450) });
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(400);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(51);
        Assert.Contains("(UT)", Assert.Single(mesh.Received(client)).Text);
    }

    [Fact]
    public void A_wait_that_would_outlast_the_deadline_is_not_begun()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: route => Retry(
            "5xx", retry => retry with { BackOffBase = TimeSpan.FromDays(1), BackOffMax = TimeSpan.FromDays(1) })(route) with
        { Timeout = TimeSpan.FromMilliseconds(450) })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single(), Status.Failed));
        Assert.Equal(Status.Failed, Assert.Single(mesh.Received(client)).Status);
    }

    [Fact]
    public void A_client_that_leaves_during_the_wait_ends_it()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("5xx"))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single(), Status.Failed));
        client.Reset();
        mesh.Kernel.AdvanceTime(LongestBackOff);
        Assert.Empty(mesh.Received(upstream));
        Assert.Equal(0, mesh.Proxy.InFlight);
    }

    [Fact]
    public void No_more_requests_are_tried_again_at_a_time_than_the_cluster_allows()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("5xx"), cluster: cluster => cluster with { Limits = new() { MaxRetries = 2, TrackRemaining = true } })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1), Request(2), Request(3));
        var upstream = server.Accept();
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request, Status.Failed)).ToArray());

        Assert.Equal(3u, Assert.Single(mesh.Received(client)).Id);
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_retry_overflow"));
        Assert.Equal(0, mesh.Figure("cluster.main.circuit_breakers.default.remaining_retries"));
        Assert.Equal(1, mesh.Figure("cluster.main.circuit_breakers.default.rq_retry_open"));
        mesh.Kernel.AdvanceTime(LongestBackOff);
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());
        Assert.Equal(2, mesh.Received(client).Count(answer => answer.Status == Status.Ok));
        Assert.Equal(2, mesh.Figure("cluster.main.circuit_breakers.default.remaining_retries"));
    }

    [Fact]
    public void A_retry_budget_is_a_share_of_the_requests_in_flight()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(
            route: Retry("5xx"), cluster: cluster => cluster with { Limits = new() { RetryBudget = new(Percent: 25, MinConcurrency: 1) } })[0];
        var client = mesh.Client();
        mesh.Send(client, [.. Enumerable.Range(1, 20).Select(id => Request((uint)id))]);
        var upstream = server.Accept();
        // A quarter of the 20 in flight at the first failure; each one refused leaves fewer in flight.
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request, Status.Failed)).ToArray());
        Assert.Equal(5, mesh.Figure("cluster.main.upstream_rq_retry"));
        Assert.Equal(15, mesh.Received(client).Count);

        mesh.Kernel.AdvanceTime(LongestBackOff);
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());
        Assert.Equal(5, mesh.Received(client).Count);
    }

    [Fact]
    public void A_request_larger_than_the_limit_is_not_kept()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("5xx", retry => retry with { BufferLimitBytes = 100 }))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1) with { Body = new byte[100] });
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single(), Status.Failed));
        Assert.Equal(Status.Failed, Assert.Single(mesh.Received(client)).Status);
        Assert.Equal(1, mesh.Figure("cluster.main.retry_or_shadow_abandoned"));
    }

    [Fact]
    public void For_connections_that_fail_a_request_is_kept_only_while_its_connection_is_not_there_yet()
    {
        using var mesh = new MemoryMesh();
        // Where a request would have to be kept this limit says no, and counts.
        var server = mesh.Start(route: Retry("connect-failure", retry => retry with { BufferLimitBytes = 1 }))[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        Assert.Equal(1, mesh.Figure("cluster.main.retry_or_shadow_abandoned"));
        mesh.Send(client, Request(2));
        Assert.Equal(1, mesh.Figure("cluster.main.retry_or_shadow_abandoned"));
        mesh.Send(upstream, mesh.Received(upstream).Select(request => Answer(request)).ToArray());
        Assert.Equal(2, mesh.Received(client).Count);
    }

    [Fact]
    public void A_request_that_waits_for_a_connection_is_tried_again_when_it_cannot_be_had()
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var server = mesh.Start(
            route: Retry("connect-failure"), cluster: cluster => cluster with { Limits = new() { MaxConnections = 1 } },
            chain: chain => chain with { PoolMode = PoolMode.OneAtATime })[0];
        mesh.Kernel.OnConnect(server.Address, ConnectOutcome.Refuse);
        var client = mesh.Client();
        client.Send("one\ntwo\n"u8);
        mesh.Kernel.RunUntilIdle();
        Assert.Equal(1, mesh.Figure("cluster.main.upstream_rq_pending_total"));

        mesh.Kernel.OnConnect(server.Address, ConnectOutcome.Normal);
        server.OnAccepted = peer => peer.OnReceived = _ => peer.Send(peer.Take());
        mesh.Kernel.AdvanceTime(LongestBackOff);
        Assert.Equal("one\ntwo\n"u8.ToArray(), client.Take());
        Assert.Equal(2, mesh.Figure("cluster.main.upstream_rq_retry"));
    }

    [Fact]
    public void Without_a_way_to_the_endpoint_a_request_is_tried_again()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("connect-failure"))[0];
        mesh.Kernel.OnConnect(server.Address, ConnectOutcome.Unreachable);
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.OnConnect(server.Address, ConnectOutcome.Normal);
        mesh.Kernel.AdvanceTime(LongestBackOff);
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        Assert.Equal(Status.Ok, Assert.Single(mesh.Received(client)).Status);
    }

    [Fact]
    public void The_time_of_a_try_bounds_it_also_where_there_will_be_no_other()
    {
        using var mesh = new MemoryMesh();
        mesh.Start(route: Retry("connect-failure", retry => retry with { PerTryTimeout = TimeSpan.FromMilliseconds(100) }));
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        mesh.Kernel.AdvanceTime(101);
        Assert.Contains("(UT)", Assert.Single(mesh.Received(client)).Text);
    }

    [Fact]
    public void An_answer_that_a_filter_holds_up_is_bound_by_the_deadline_and_no_longer_by_the_time_of_a_try()
    {
        using var mesh = new MemoryMesh(null, new HoldAnswers());
        var server = mesh.Start(route: route => Retry(
            "5xx", retry => retry with { PerTryTimeout = TimeSpan.FromMilliseconds(100) })(route) with
        { Timeout = TimeSpan.FromMilliseconds(500) })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single()));
        mesh.Kernel.AdvanceTime(499);
        Assert.Empty(mesh.Received(client));
        mesh.Kernel.AdvanceTime(2);
        Assert.Contains("(UT)", Assert.Single(mesh.Received(client)).Text);
    }

    [Theory]
    [InlineData(MessageType.OneWay)]
    [InlineData(MessageType.StreamOpen)]
    public void One_way_messages_and_streams_are_not_tried_again(MessageType type)
    {
        using var mesh = new MemoryMesh();
        var servers = mesh.Start(servers: 2, route: Retry("reset"));
        var client = mesh.Client();
        mesh.Send(client, Request(1) with { Type = type });
        servers.Single(server => server.Accepted.Count == 1).Accepted[0].Reset();
        mesh.Kernel.AdvanceTime(LongestBackOff);
        Assert.Equal(1, servers.Sum(server => server.Accepted.Count));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40_000)]
    public void Every_try_carries_the_same_message_with_the_changes_of_the_route(int bytes)
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: route => Retry("5xx", retry => retry with { MaxRetries = 3 })(route) with
        {
            RequestMutations = [new(ChangeKind.Set, "tenant", "blue")],
        })[0];
        var client = mesh.Client();
        var body = Enumerable.Range(0, bytes).Select(i => (byte)i).ToArray();
        mesh.Send(client, Request(1) with { Body = body });
        var upstream = server.Accept();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var request = Assert.Single(mesh.Received(upstream));
            Assert.Equal("blue", request["tenant"]);
            Assert.Equal(body, request.Body.ToArray());
            mesh.Send(upstream, Answer(request, Status.Failed));
            mesh.Kernel.AdvanceTime(LongestBackOff);
        }

        Assert.Equal(1u, Assert.Single(mesh.Received(client)).Id);
    }

    [Theory]
    [InlineData(PoolMode.Pipelined)]
    [InlineData(PoolMode.OneAtATime)]
    public void An_ordered_client_gets_its_answers_in_order_although_the_first_was_tried_again(PoolMode mode)
    {
        using var mesh = new MemoryMesh(new LineCodec());
        var server = mesh.Start(route: Retry("5xx"), chain: chain => chain with { PoolMode = mode })[0];
        var client = mesh.Client();
        Say("one\ntwo\n", client);
        if (mode == PoolMode.Pipelined)
        {
            Say("!no\n2\n", server.Accepted[0]);
        }
        else
        {
            Say("!no\n", server.Accepted[0]);
            Say("2\n", server.Accepted[1]);
        }

        Assert.Equal(0, client.Received.Length);
        mesh.Kernel.AdvanceTime(LongestBackOff);
        var again = server.Accepted.Single(peer => Encoding.UTF8.GetString(peer.Received).EndsWith("\none\n", StringComparison.Ordinal));
        Say("1\n", again);
        Assert.Equal("1\n2\n", Encoding.UTF8.GetString(client.Take()));

        void Say(string text, MemoryPeer peer)
        {
            peer.Send(Encoding.UTF8.GetBytes(text));
            mesh.Kernel.RunUntilIdle();
        }
    }

    [Fact]
    public void A_client_with_a_connection_of_its_own_is_not_tried_again()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Start(route: Retry("5xx"), chain: chain => chain with { PoolMode = PoolMode.Bound })[0];
        var client = mesh.Client();
        mesh.Send(client, Request(1));
        var upstream = server.Accept();
        mesh.Send(upstream, Answer(mesh.Received(upstream).Single(), Status.Failed));
        Assert.Single(mesh.Received(client));
    }

    [Fact]
    public void Waits_are_random_and_their_bound_doubles_up_to_the_longest()
    {
        var policy = new RetryPolicy(
            new RetryConfig { BackOffBase = TimeSpan.FromMilliseconds(10), BackOffMax = TimeSpan.FromMilliseconds(60) }, AttributeKeys.None);
        Assert.Equal([9, 19, 39, 59, 59], Enumerable.Range(1, 5).Select(retry => policy.BackOff(retry, ulong.MaxValue)));
        Assert.Equal([0, 0], Enumerable.Range(1, 2).Select(retry => policy.BackOff(retry, 0)));
        Assert.Equal(59, policy.BackOff(int.MaxValue, ulong.MaxValue));
    }

    private static Func<RouteConfig, RouteConfig> Retry(string on, Func<RetryConfig, RetryConfig>? change = null)
    {
        var retry = new RetryConfig { On = [on] };
        return route => route with { Retry = change?.Invoke(retry) ?? retry };
    }

    private static void Play(MemoryMesh mesh, MemoryServer server, Func<Message, Status> answer) => server.OnAccepted = peer => peer.OnReceived = _ =>
    {
        while (peer.Received.Length >= 8 && peer.Received.Length >= System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(peer.Received[4..]))
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(peer.Received[4..]);
            var request = Message.ReadAsync(new MemoryStream(peer.Take(length))).AsTask().GetAwaiter().GetResult()!;
            peer.Send(Answer(request, answer(request)).ToBytes());
        }
    };

    private sealed class HoldAnswers : Filter, IFilterFactory
    {
        public string Name => "hold";

        public IEnumerable<string> WantedKeys(object? options) => [];

        public Filter Create(object? options, FilterContext context) => this;

        public override FilterStatus OnResponse(Exchange exchange, in MessageView message) => FilterStatus.Pause;
    }

    private static string Prometheus(MemoryMesh mesh)
    {
        var text = new Utf8Buffer();
        PrometheusWriter.Write(mesh.Proxy.Metrics.Collect(), text);
        return Encoding.UTF8.GetString(text.Written);
    }
}
