using System.Net;
using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Grpc.Server;

namespace Meltemi.ControlPlane.Tests.Xds.Grpc;

public class GrpcCallTests
{
    [Fact]
    public async Task One_message_there_and_one_back()
    {
        await using var server = await EchoServer.StartAsync();
        Assert.Equal("καλημέρα", await server.SayAsync("καλημέρα"));
        Assert.Equal("", await server.SayAsync(""));
    }

    [Fact]
    public async Task A_server_streams()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Channel.Open(EchoService.CountDown);
        await call.WriteAsync(Text("1000"));
        await call.CompleteAsync();

        for (var i = 999; i >= 0; i--) Assert.Equal($"{i}", (await call.ReadAsync())!.Value);
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task A_client_streams()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Channel.Open(EchoService.Join);
        foreach (var part in (string[])["a", "b", "c"]) await call.WriteAsync(Text(part));
        await call.CompleteAsync();

        Assert.Equal("abc", (await call.ReadAsync())!.Value);
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Both_stream_at_the_same_time()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Channel.Open(EchoService.Chat);
        for (var i = 0; i < 100; i++)
        {
            await call.WriteAsync(Text($"{i}"));
            Assert.Equal($"{i}", (await call.ReadAsync())!.Value);
        }

        await call.CompleteAsync();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task A_status_comes_with_its_message_whatever_the_language_and_its_trailers()
    {
        await using var server = await EchoServer.StartAsync();
        var exception = await Assert.ThrowsAsync<GrpcException>(
            () => server.Channel.UnaryAsync(EchoService.Fail, Text("9 100% не готов: ждём CDS\n")));

        Assert.Equal(GrpcStatusCode.FailedPrecondition, exception.StatusCode);
        Assert.Equal("100% не готов: ждём CDS\n", exception.Detail);
        Assert.Equal("asked", exception.Trailers["why"]);
    }

    [Fact]
    public async Task A_handler_that_breaks_is_an_unknown_error_to_the_client_and_said_in_the_log()
    {
        using var log = new ListLog();
        await using var server = await EchoServer.StartAsync(log: log);
        var exception = await Assert.ThrowsAsync<GrpcException>(() => server.Channel.UnaryAsync(EchoService.Fail, Text("secret")));

        Assert.Equal(GrpcStatusCode.Unknown, exception.StatusCode);
        Assert.DoesNotContain("secret", exception.Detail);
        Assert.Equal("Error /meltemi.tests.Echo/Fail failed secret", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task A_method_that_nobody_serves_is_unimplemented()
    {
        await using var server = await EchoServer.StartAsync();
        var exception = await Assert.ThrowsAsync<GrpcException>(() => server.Channel.UnaryAsync(EchoService.Say with { Name = "Shout" }, Text("")));
        Assert.Equal(GrpcStatusCode.Unimplemented, exception.StatusCode);
        Assert.Equal("there is no /meltemi.tests.Echo/Shout", exception.Detail);
    }

    [Fact]
    public async Task Metadata_travels_both_ways_also_binary()
    {
        await using var server = await EchoServer.StartAsync();
        var metadata = new GrpcMetadata { { "echo-text", "a, b" }, { "Echo-Bytes-bin", [0, 200, 255, 1] } };
        using var call = server.Channel.Open(EchoService.Say, new() { Metadata = metadata });
        await call.WriteAsync(Text("x"));
        await call.CompleteAsync();

        var headers = await call.HeadersAsync();
        Assert.Equal("a, b", headers["echo-text"]);
        Assert.Equal([0, 200, 255, 1], headers.Bytes("echo-bytes-bin"));
        Assert.NotNull(await call.ReadAsync());
        Assert.Null(await call.ReadAsync());
        Assert.Equal("a, b", call.Trailers["trailer-echo-text"]);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, 0)]
    [InlineData(true, 100)]
    public async Task Messages_are_packed_with_gzip_in_either_direction(bool client, int? server)
    {
        await using var both = await EchoServer.StartAsync(new() { GzipFromBytes = server }, new() { Gzip = client });
        var large = string.Concat(Enumerable.Range(0, 100_000));
        Assert.Equal(large, await both.SayAsync(large));
        Assert.Equal("small", await both.SayAsync("small"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_over_the_limit_ends_the_call_at_the_receiver_even_if_it_is_small_when_packed(bool gzip)
    {
        await using var strictServer = await EchoServer.StartAsync(new() { MaxReceiveBytes = 1000 }, new() { Gzip = gzip });
        await using var strictClient = await EchoServer.StartAsync(new() { GzipFromBytes = gzip ? 0 : null }, new() { MaxReceiveBytes = 1000 });
        foreach (var one in (EchoServer[])[strictServer, strictClient])
        {
            Assert.Equal(997, (await one.SayAsync(new string('a', 997))).Length);
            var exception = await Assert.ThrowsAsync<GrpcException>(() => one.SayAsync(new string('a', 998)));
            Assert.Equal(GrpcStatusCode.ResourceExhausted, exception.StatusCode);
            Assert.Contains("at most 1000 are allowed", exception.Detail);
        }
    }

    [Fact]
    public async Task The_default_limit_lets_four_megabytes_through()
    {
        await using var server = await EchoServer.StartAsync();
        var most = new string('a', 4 * 1024 * 1024 - 5);
        Assert.Equal(most, await server.SayAsync(most));
        var exception = await Assert.ThrowsAsync<GrpcException>(() => server.SayAsync(most + "a"));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var server = await EchoServer.StartAsync();
        await server.SayAsync("connected");
        using var call = server.Channel.Open(EchoService.Hang, new() { Timeout = TimeSpan.FromMilliseconds(500) });
        await call.HeadersAsync();
        var exception = await Assert.ThrowsAsync<GrpcException>(() => call.ReadAsync().AsTask().WaitAsync(EchoServer.Limit));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, exception.StatusCode);
        await server.Service.Ended.Task.WaitAsync(EchoServer.Limit);
    }

    [Fact]
    public async Task A_cancelled_call_ends_on_both_sides()
    {
        await using var server = await EchoServer.StartAsync();
        using var cancel = new CancellationTokenSource();
        using var call = server.Channel.Open(EchoService.Hang, cancel: cancel.Token);
        await call.HeadersAsync();
        var reading = call.ReadAsync().AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(EchoServer.Limit));
        await server.Service.Ended.Task.WaitAsync(EchoServer.Limit);
    }

    [Fact]
    public async Task A_disposed_call_ends_at_the_server()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Channel.Open(EchoService.Hang);
        await call.HeadersAsync();
        call.Dispose();
        await server.Service.Ended.Task.WaitAsync(EchoServer.Limit);
    }

    [Fact]
    public async Task A_reader_that_pauses_makes_the_writer_wait()
    {
        await using var server = await EchoServer.StartAsync(client: new() { MaxReceiveBytes = 100_000 });
        using var call = server.Channel.Open(EchoService.CountDown);
        await call.WriteAsync(Text("10000 10000"));
        await call.CompleteAsync();
        Assert.NotNull(await call.ReadAsync());

        // 100 MB do not fit what windows and buffers hold (a megabyte or two), so the count comes to rest.
        var before = -1;
        while (before != Volatile.Read(ref server.Service.Written))
        {
            before = Volatile.Read(ref server.Service.Written);
            await Task.Delay(200);
        }

        Assert.InRange(before, 1, 5000);
        for (var i = 9998; i >= 0; i--) Assert.StartsWith($"{i} ", (await call.ReadAsync())!.Value);
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // nobody else gets the port, and nobody listens
        using var channel = new GrpcChannel(new Uri($"http://{holder.LocalEndPoint}"));
        var exception = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(EchoService.Say, Text("")));
        Assert.Equal(GrpcStatusCode.Unavailable, exception.StatusCode);
        Assert.Contains("refused", exception.Detail);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_calls_and_a_channel_finds_the_next_one()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Channel.Open(EchoService.Chat);
        await call.WriteAsync(Text("a"));
        Assert.NotNull(await call.ReadAsync());
        var reading = call.ReadAsync().AsTask();
        await server.StopAsync();
        await Assert.ThrowsAsync<GrpcException>(() => reading.WaitAsync(EchoServer.Limit));

        var service = new EchoService();
        await using var next = await GrpcHost.StartAsync(server.EndPoint, app => service.Map(app));
        Assert.Equal("again", await server.SayAsync("again"));
    }

    [Fact]
    public async Task A_server_may_answer_before_the_client_has_finished()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Channel.Open(EchoService.Fail);
        await call.WriteAsync(Text("5 gone"));
        await call.WriteAsync(Text("more"));
        var exception = await Assert.ThrowsAsync<GrpcException>(() => call.ReadAsync().AsTask().WaitAsync(EchoServer.Limit));
        Assert.Equal(GrpcStatusCode.Internal, exception.StatusCode);
        Assert.Equal("/meltemi.tests.Echo/Fail was called with more than one message", exception.Detail);
        await Assert.ThrowsAsync<GrpcException>(() => call.WriteAsync(Text("too late")));
    }

    [Fact]
    public async Task What_is_not_gRPC_gets_an_HTTP_status()
    {
        await using var server = await EchoServer.StartAsync();
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await http.PostAsync($"http://{server.EndPoint}{EchoService.Say.Path}", json)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"http://{server.EndPoint}/")).StatusCode);
    }

    private static StringValue Text(string value) => new() { Value = value };
}
