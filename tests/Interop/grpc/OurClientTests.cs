using Google.Protobuf.WellKnownTypes;
using Meltemi.ControlPlane.Tests.Xds.Grpc;
using Meltemi.Interop.Tests.Support;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Client;

namespace Meltemi.Interop.Tests.Grpc;

/// <summary>Our client calls servers of others.</summary>
public sealed class OurClientTests(GrpcServers servers) : IClassFixture<GrpcServers>
{
    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Every_kind_of_call(string language)
    {
        using var channel = await ChannelAsync(language);
        Assert.Equal("grüße", (await channel.UnaryAsync(EchoService.Say, Text("grüße"))).Value);
        Assert.Equal(["2", "1", "0"], await CallAsync(channel, EchoService.CountDown, "3"));
        Assert.Equal([], await CallAsync(channel, EchoService.CountDown, "0"));
        Assert.Equal(["abc"], await CallAsync(channel, EchoService.Join, "a", "b", "c"));

        using var chat = channel.Open(EchoService.Chat);
        for (var i = 0; i < 100; i++)
        {
            await chat.WriteAsync(Text($"{i}"));
            Assert.Equal($"{i}", (await chat.ReadAsync())!.Value);
        }

        await chat.CompleteAsync();
        Assert.Null(await chat.ReadAsync());
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task A_status_with_its_message_and_trailers(string language)
    {
        using var channel = await ChannelAsync(language);
        var failed = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(EchoService.Fail, Text("5 100 % не найдено\n☃")));
        Assert.Equal((GrpcStatusCode.NotFound, "100 % не найдено\n☃", "asked"), (failed.StatusCode, failed.Detail, failed.Trailers["why"]));

        var unknown = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(EchoService.Say with { Name = "Shout" }, Text("")));
        Assert.Equal(GrpcStatusCode.Unimplemented, unknown.StatusCode);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Metadata_of_text_and_bytes(string language)
    {
        using var channel = await ChannelAsync(language);
        var metadata = new GrpcMetadata { { "echo-text", "a b" }, { "echo-some-bin", [0, 255, 128] } };
        using var call = channel.Open(EchoService.Say, new() { Metadata = metadata });
        await call.WriteAsync(Text("x"));
        await call.CompleteAsync();
        var headers = await call.HeadersAsync();
        Assert.NotNull(await call.ReadAsync());
        Assert.Null(await call.ReadAsync());

        Assert.Equal("a b", headers["echo-text"]);
        Assert.Equal([0, 255, 128], headers.Bytes("echo-some-bin"));
        Assert.Equal("a b", call.Trailers["trailer-echo-text"]);
        Assert.Equal([0, 255, 128], call.Trailers.Bytes("trailer-echo-some-bin"));
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task A_deadline_and_a_cancellation_reach_the_server(string language)
    {
        await using var server = await GrpcPeers.ServeAsync(language); // its own: nobody else's calls end there
        using var channel = Channel(server);
        await channel.UnaryAsync(EchoService.Say, Text("connected"));
        using var hanging = channel.Open(EchoService.Hang, new() { Timeout = TimeSpan.FromSeconds(1) });
        await hanging.WriteAsync(Text(""));
        await hanging.CompleteAsync();
        await hanging.HeadersAsync();
        var late = await Assert.ThrowsAsync<GrpcException>(() => hanging.ReadAsync().AsTask());
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, late.StatusCode);
        Assert.Equal("ended", await server.ReadAsync());

        using var cancel = new CancellationTokenSource();
        using var call = channel.Open(EchoService.Hang, cancel: cancel.Token);
        await call.WriteAsync(Text(""));
        await call.CompleteAsync();
        await call.HeadersAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ReadAsync().AsTask());
        Assert.Equal("ended", await server.ReadAsync());
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Packed_messages(string language)
    {
        var large = string.Concat(Enumerable.Range(0, 100_000));
        foreach (var gzip in (bool[])[false, true])
        {
            using var channel = Channel(await servers.GetAsync(language, gzip: true), new() { Gzip = gzip });
            Assert.Equal(large, (await channel.UnaryAsync(EchoService.Say, Text(large))).Value);
            Assert.Equal(["1", "0"], await CallAsync(channel, EchoService.CountDown, "2"));
            Assert.Equal([large + "1"], await CallAsync(channel, EchoService.Join, large, "1"));
        }
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Large_messages_and_messages_that_are_too_large(string language)
    {
        using var channel = await ChannelAsync(language);
        var most = new string('x', 4 * 1024 * 1024 - 5);
        Assert.Equal(most, (await channel.UnaryAsync(EchoService.Say, Text(most))).Value);

        // The server's limit, then ours.
        var sent = await Assert.ThrowsAsync<GrpcException>(() => channel.UnaryAsync(EchoService.Say, Text(most + "xx")));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, sent.StatusCode);
        Assert.Contains("4194304", sent.Detail);
        var received = await Assert.ThrowsAsync<GrpcException>(() => CallAsync(channel, EchoService.CountDown, "1 5000000"));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, received.StatusCode);
        Assert.Contains("at most 4194304 are allowed", received.Detail);
        Assert.Equal("still here", (await channel.UnaryAsync(EchoService.Say, Text("still here"))).Value);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task A_server_that_dies_is_unavailable(string language)
    {
        await using var server = await GrpcPeers.ServeAsync(language);
        using var channel = Channel(server);
        using var call = channel.Open(EchoService.Chat);
        await call.WriteAsync(Text("a"));
        Assert.NotNull(await call.ReadAsync());
        await server.KillAsync();

        var exception = await Assert.ThrowsAsync<GrpcException>(() => call.ReadAsync().AsTask());
        Assert.Equal(GrpcStatusCode.Unavailable, exception.StatusCode);
    }

    private static GrpcChannel Channel(PeerProcess server, GrpcChannelOptions? options = null) => new(new Uri($"http://{server.Address}"), options);

    private async Task<GrpcChannel> ChannelAsync(string language) => Channel(await servers.GetAsync(language));

    private static async Task<List<string>> CallAsync(GrpcChannel channel, GrpcMethod<StringValue, StringValue> method, params string[] messages)
    {
        using var call = channel.Open(method);
        foreach (var message in messages) await call.WriteAsync(Text(message));
        await call.CompleteAsync();
        var answers = new List<string>();
        while (await call.ReadAsync() is { } answer) answers.Add(answer.Value);
        return answers;
    }

    private static StringValue Text(string value) => new() { Value = value };
}
