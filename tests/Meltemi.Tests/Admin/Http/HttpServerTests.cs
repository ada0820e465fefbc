using System.Net;
using System.Net.Sockets;
using System.Text;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Admin.Http;

public class HttpServerTests : LoggedTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        using var server = Start();
        var answer = await AskAsync(
            server,
            "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\r\nGET /two?x=1&y=%20+z HTTP/1.1\r\nHost: a\r\n\r\n"
            + "HEAD /three HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(["POST /one  abc", "GET /two x=1;y=  z "], Bodies(answer));
        Assert.Equal(3, Count(answer, "HTTP/1.1 200 OK\r\n"));
        Assert.Equal(1, Count(answer, "Connection: close"));
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 13", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_1_0_closes_unless_asked_to_keep_the_connection()
    {
        using var server = Start();

        Assert.Equal(["GET /a  "], Bodies(await AskAsync(server, "GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n")));
        Assert.Equal(
            ["GET /a  ", "GET /b  "],
            Bodies(await AskAsync(server, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n")));
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n", 400)]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("get / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: \u0080\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("GET / FTP/1.0\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413)]
    public async Task What_breaks_the_protocol_is_answered_and_ends_the_connection(string request, int status)
    {
        using var server = Start();
        var answer = await AskAsync(server, request + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(1, Count(answer, "HTTP/1.1 "));
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        using var server = Start();

        Assert.StartsWith("HTTP/1.1 414 ", await AskAsync(server, $"GET /{new string('a', 9000)}"), StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 431 ",
            await AskAsync(server, $"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 17_000)}"),
            StringComparison.Ordinal);
        var many = string.Concat(Enumerable.Range(0, 100).Select(i => $"X{i}: 1\r\n"));
        Assert.StartsWith("HTTP/1.1 431 ", await AskAsync(server, $"GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_up_to_the_limit_is_read_after_it_was_asked_for()
    {
        using var server = Start();
        using var client = await ConnectAsync(server);
        await client.SendAsync("POST /a HTTP/1.0\r\nContent-Length: 65536\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());
        var interim = "HTTP/1.1 100 Continue\r\n\r\n";
        var received = new byte[interim.Length];
        for (var n = 0; n < received.Length;) n += await client.ReceiveAsync(received.AsMemory(n));
        Assert.Equal(interim, Encoding.UTF8.GetString(received));

        await client.SendAsync(new byte[64 * 1024]);
        Assert.Equal("POST /a  ".Length + 64 * 1024, Assert.Single(Bodies(await ReadAllAsync(client))).Length);
    }

    [Fact]
    public async Task The_absolute_form_is_the_path()
    {
        using var server = Start();

        Assert.Equal(["GET /x  "], Bodies(await AskAsync(server, "GET http://a.example/x HTTP/1.0\r\n\r\n")));
        Assert.Equal(["GET /  "], Bodies(await AskAsync(server, "GET HTTP://a.example HTTP/1.0\r\n\r\n")));
    }

    [Fact]
    public async Task Who_sends_slowly_is_told_that_time_is_up()
    {
        using var server = Start(new HttpLimits { RequestTimeout = Soon });
        using var client = await ConnectAsync(server);
        await client.SendAsync("GET / HTT"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 408 ", await ReadAllAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_nothing_is_closed_without_a_word()
    {
        using var server = Start(new HttpLimits { IdleTimeout = Soon });
        using var client = await ConnectAsync(server);

        Assert.Equal("", await ReadAllAsync(client));
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_a_freed_place_is_taken()
    {
        using var server = Start(new HttpLimits { MaxConnections = 1 });
        using (var first = await ConnectAsync(server))
        {
            await first.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            Assert.True(await first.ReceiveAsync(new byte[1]) > 0);
            using var second = await ConnectAsync(server);
            Assert.Equal("", await ReadAllAsync(second));
        }

        var answer = "";
        while (answer.Length == 0) answer = await AskAsync(server, "GET / HTTP/1.0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_ends_in_the_middle_harms_nobody()
    {
        using var server = Start();
        Assert.Equal("", await AskAsync(server, "GET / HTTP/1.1\r\nHo"));
        Assert.Equal("", await AskAsync(server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"));
        Assert.Equal(["GET /  "], Bodies(await AskAsync(server, "\r\n\r\nGET / HTTP/1.0\r\n\r\n")));
    }

    [Fact]
    public async Task The_end_of_the_server_ends_its_connections()
    {
        var server = Start();
        using var client = await ConnectAsync(server);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        var answer = "";
        var buffer = new byte[4096];
        while (!answer.EndsWith("GET /  ", StringComparison.Ordinal))
        {
            var count = await client.ReceiveAsync(buffer);
            Assert.True(count > 0, answer);
            answer += Encoding.ASCII.GetString(buffer, 0, count);
        }

        server.Dispose();

        Assert.Equal("", await ReadAllAsync(client));
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(server));
    }

    [Fact]
    public async Task It_also_listens_on_a_unix_domain_socket()
    {
        var directory = Directory.CreateTempSubdirectory("meltemi-admin-");
        var address = new UnixDomainSocketEndPoint(Path.Combine(directory.FullName, "admin.sock"));
        using (HttpServer.Start(address, new Echo(), Log))
        {
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(address);
            await client.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
            Assert.EndsWith("GET /  ", await ReadAllAsync(client), StringComparison.Ordinal);
        }

        directory.Delete(recursive: true);
    }

    [Fact]
    public void Every_prefix_of_a_request_wants_more_and_no_bytes_throw()
    {
        var limits = new HttpLimits();
        var request = "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n"u8.ToArray();
        for (var i = 0; i < request.Length; i++) Assert.Equal(default, HttpRequestParser.Parse(request.AsSpan(0, i), limits));
        Assert.Equal(request.Length, HttpRequestParser.Parse(request, limits).HeadLength);

        var random = new Random(5);
        for (var round = 0; round < 20_000; round++)
        {
            var broken = request.ToArray();
            for (var i = random.Next(1, 5); i > 0; i--) broken[random.Next(broken.Length)] = (byte)random.Next(256);
            var result = HttpRequestParser.Parse(broken, limits);
            Assert.True(result.Request is null || result.Error == 0);
        }
    }

    private HttpServer Start(HttpLimits? limits = null) =>
        HttpServer.Start(new IPEndPoint(IPAddress.Loopback, 0), new Echo(), Log, limits);

    private static async Task<string> AskAsync(HttpServer server, string request)
    {
        using var client = await ConnectAsync(server);
        try
        {
            await client.SendAsync(Encoding.Latin1.GetBytes(request));
            client.Shutdown(SocketShutdown.Send);
            return await ReadAllAsync(client);
        }
        catch (SocketException)
        {
            return ""; // refused at the limit of connections
        }
    }

    private static async Task<Socket> ConnectAsync(HttpServer server)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server.LocalAddress);
        return client;
    }

    private static async Task<string> ReadAllAsync(Socket client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var all = new MemoryStream();
        var buffer = new byte[4096];
        for (int n; (n = await client.ReceiveAsync(buffer, SocketFlags.None, limit.Token)) > 0;) all.Write(buffer, 0, n);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    private static List<string> Bodies(string answer) =>
        [.. answer.Split("HTTP/1.1 200 OK\r\n").Skip(1).Select(one => one.Split("\r\n\r\n", 2)[1]).Where(body => body.Length > 0)];

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>Says what it was asked: method, path, parameters and body.</summary>
    private sealed class Echo : IHttpHandler
    {
        public HttpResponse Handle(HttpRequest request)
        {
            var query = string.Join(";", request.Query.Select(pair => $"{pair.Key}={pair.Value}"));
            return HttpResponse.Text($"{request.Method} {request.Path} {query} {Encoding.UTF8.GetString(request.Body.Span)}");
        }
    }
}
