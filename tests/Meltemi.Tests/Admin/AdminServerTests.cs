using System.Net;
using System.Text.Json;
using Meltemi.Proxy.Admin;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Admin;

public class AdminServerTests : LoggedTest
{
    private readonly FakeProxy _proxy;
    private readonly HttpServer _server;
    private readonly HttpClient _client;

    public AdminServerTests()
    {
        _proxy = new FakeProxy(Log);
        _server = AdminServer.Start(new IPEndPoint(IPAddress.Loopback, 0), _proxy);
        _client = new HttpClient { BaseAddress = new Uri($"http://{_server.LocalAddress}") };
    }

    [Fact]
    public async Task Ready_says_whether_the_proxy_serves()
    {
        Assert.Equal("LIVE\n", await _client.GetStringAsync("/ready"));
        Assert.Equal("OK\n", await (await _client.PostAsync("/drain_listeners", null)).Content.ReadAsStringAsync());
        var draining = await _client.GetAsync("/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, draining.StatusCode);
        Assert.Equal("DRAINING\n", await draining.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stats_come_as_text_json_and_for_prometheus()
    {
        _proxy.Metrics.ForLoop(0).Add(ClusterStats.Create(_proxy.Metrics, "b").CxTotal, 3);
        const string Filter = "filter=%5Ecluster%5C.b.*cx_total&usedonly";

        Assert.Equal("cluster.b.upstream_cx_total: 3\n", await _client.GetStringAsync("/stats?" + Filter));
        Assert.Equal(
            """{"stats":[{"name":"cluster.b.upstream_cx_total","value":3}]}""",
            await _client.GetStringAsync("/stats?format=json&" + Filter));
        var prometheus = await _client.GetAsync("/stats/prometheus?" + Filter);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", prometheus.Content.Headers.ContentType!.ToString());
        Assert.EndsWith(
            "\nenvoy_cluster_upstream_cx_total{envoy_cluster_name=\"b\"} 3\n",
            await prometheus.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Contains("cluster.b.upstream_cx_active: 0\n", await _client.GetStringAsync("/stats?format=text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/stats?filter=(")]
    [InlineData("/stats?filter=(a)%5C1")]
    [InlineData("/stats?format=xml")]
    [InlineData("/clusters?format=xml")]
    [InlineData("/listeners?format=xml")]
    public async Task A_wrong_parameter_is_a_bad_request(string path) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync(path)).StatusCode);

    [Fact]
    public async Task A_filter_that_is_too_long_is_refused() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync("/stats?filter=" + new string('a', 1025))).StatusCode);

    [Fact]
    public async Task Clusters_come_as_envoys_text_and_json()
    {
        var row = _proxy.Clusters()[0];
        _proxy.Metrics.ForLoop(0).Add(row.Endpoints[0].Stats!.RqTotal, 5);

        var text = await _client.GetStringAsync("/clusters");
        Assert.Contains("b::default_priority::max_connections::1024\n", text, StringComparison.Ordinal);
        Assert.Contains("b::10.0.0.1:80::rq_total::5\n", text, StringComparison.Ordinal);
        Assert.Contains("b::10.0.0.1:80::health_flags::healthy\n", text, StringComparison.Ordinal);
        Assert.Contains("b::/run/b::health_flags::/failed_eds_health\n", text, StringComparison.Ordinal);
        Assert.Contains("b::/run/b::hostname::b.example\n", text, StringComparison.Ordinal);
        Assert.Contains("b::/run/b::region::r\nb::/run/b::zone::z\nb::/run/b::sub_zone::\nb::/run/b::priority::1\n", text, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(await _client.GetStringAsync("/clusters?format=json"));
        var hosts = json.RootElement.GetProperty("cluster_statuses")[0].GetProperty("host_statuses");
        Assert.Equal(80, hosts[0].GetProperty("address").GetProperty("socket_address").GetProperty("port_value").GetInt32());
        Assert.Contains(hosts[0].GetProperty("stats").EnumerateArray(), s =>
            s.GetProperty("name").GetString() == "rq_total" && s.GetProperty("value").GetString() == "5");
        Assert.Equal("UNHEALTHY", hosts[1].GetProperty("health_status").GetProperty("eds_health_status").GetString());
        Assert.Equal("/run/b", hosts[1].GetProperty("address").GetProperty("pipe").GetProperty("path").GetString());
        Assert.Equal(("z", 1), (hosts[1].GetProperty("locality").GetProperty("zone").GetString(), hosts[1].GetProperty("priority").GetInt32()));
        Assert.False(hosts[0].TryGetProperty("priority", out _));
    }

    [Fact]
    public async Task Listeners_come_as_text_and_json()
    {
        Assert.Equal("l::0.0.0.0:20880\nl::[::]:20880\n", await _client.GetStringAsync("/listeners"));
        using var json = JsonDocument.Parse(await _client.GetStringAsync("/listeners?format=json"));
        var listener = json.RootElement.GetProperty("listener_statuses")[0];
        Assert.Equal("0.0.0.0", listener.GetProperty("local_address").GetProperty("socket_address").GetProperty("address").GetString());
        Assert.Equal(1, listener.GetProperty("additional_local_addresses").GetArrayLength());
    }

    [Fact]
    public async Task The_log_level_is_shown_and_changed_by_post_alone()
    {
        Log.Level = LogLevel.Info;
        Assert.Equal("active loggers:\n  all: info\n", await _client.GetStringAsync("/logging?level=debug"));
        var changed = await _client.PostAsync("/logging?level=debug", null);
        Assert.Equal("active loggers:\n  all: debug\n", await changed.Content.ReadAsStringAsync());
        Assert.Equal(LogLevel.Debug, Log.Level);
        var refused = await _client.PostAsync("/logging?level=loud", null);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("trace, debug, info, warning, error, off", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(LogLevel.Debug, Log.Level);
    }

    [Fact]
    public async Task Server_info_names_version_state_and_node()
    {
        using var json = JsonDocument.Parse(await _client.GetStringAsync("/server_info"));
        var info = json.RootElement;

        Assert.Equal("1.2.3", info.GetProperty("version").GetString());
        Assert.Equal("LIVE", info.GetProperty("state").GetString());
        Assert.Matches(@"^\d\d+s$", info.GetProperty("uptime_current_epoch").GetString());
        Assert.Equal("a.yaml", info.GetProperty("command_line_options").GetProperty("config_path").GetString());
        Assert.Equal("shop", info.GetProperty("node").GetProperty("metadata").GetProperty("NAMESPACE").GetString());
    }

    [Fact]
    public async Task Memory_and_the_configuration_are_json()
    {
        using var memory = JsonDocument.Parse(await _client.GetStringAsync("/memory"));
        Assert.True(memory.RootElement.GetProperty("resident").GetInt64() > 1_000_000);
        Assert.Equal("""{"configs":[]}""", await _client.GetStringAsync("/config_dump"));
    }

    [Fact]
    public async Task The_help_page_links_to_what_can_be_read_and_has_buttons_for_what_changes()
    {
        var response = await _client.GetAsync("/");
        var html = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<a href=\"/stats/prometheus\">", html, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\" action=\"/drain_listeners\">", html, StringComparison.Ordinal);
        Assert.Equal(html, await _client.GetStringAsync("/help"));
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_refused()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/nothing")).StatusCode);
        var get = await _client.GetAsync("/drain_listeners");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(["POST"], get.Content.Headers.Allow);
        var delete = await _client.DeleteAsync("/logging");
        Assert.Equal(["GET", "HEAD", "POST"], delete.Content.Headers.Allow.Order());
        Assert.Equal(ServerState.Live, _proxy.State);
    }

    [Theory]
    [InlineData("POST", "evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("GET", "evil.example:15000", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", "127.0.0.1.evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", "localhost:1", null, HttpStatusCode.OK)]
    [InlineData("POST", "[::1]", null, HttpStatusCode.OK)]
    [InlineData("POST", "[::1]:8080", null, HttpStatusCode.OK)]
    [InlineData("POST", "10.1.2.3:8080", null, HttpStatusCode.OK)]
    [InlineData("POST", "localhost:1", "http://localhost:1", HttpStatusCode.OK)]
    [InlineData("POST", "localhost:1", "http://localhost:2", HttpStatusCode.Forbidden)]
    [InlineData("POST", "localhost:1", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("POST", "localhost:1", "null", HttpStatusCode.Forbidden)]
    public async Task Browsers_of_strangers_are_kept_out(string method, string host, string? origin, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/logging");
        request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);

        Assert.Equal(expected, (await _client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_page_that_fails_is_a_500_and_logged()
    {
        ExpectError("/config_dump.*broken dump");
        _proxy.Fails = true;

        Assert.Equal(HttpStatusCode.InternalServerError, (await _client.GetAsync("/config_dump")).StatusCode);
        Assert.Equal("LIVE\n", await _client.GetStringAsync("/ready"));
    }

    public override void Dispose()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        _server.Dispose();
        base.Dispose();
    }
}
