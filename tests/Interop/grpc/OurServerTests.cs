using System.Net;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Tests.Xds.Grpc;
using Meltemi.Interop.Tests.Support;
using Meltemi.Xds.Grpc.Server;

namespace Meltemi.Interop.Tests.Grpc;

/// <summary>Clients of others call our server.</summary>
public sealed class OurServerTests
{
    private const int Cancelled = 1;
    private const int DeadlineExceeded = 4;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Every_kind_of_call(string language)
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        await AnsweredAsync(client, Call("Say", "grüße"), "grüße");
        await AnsweredAsync(client, Call("CountDown", "3"), "2", "1", "0");
        await AnsweredAsync(client, Call("CountDown", "0"));
        await AnsweredAsync(client, Call("Join", "a", "b", "c"), "abc");
        await AnsweredAsync(client, Call("Join"), "");
        await AnsweredAsync(client, Call("Chat", "1", "2", "3"), "1", "2", "3");
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task A_status_with_its_message_and_trailers(string language)
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        var failed = await client.CallAsync(Call("Fail", "5 100 % не найдено ☃"));
        Assert.Equal((5, "100 % не найдено ☃", "asked"), (failed.Code, failed.Message, (string?)failed.Trailers["why"]));
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task A_method_that_is_not_there(string language)
    {
        await using var server = await GrpcHost.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), _ => { });
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        var answer = await client.CallAsync(Call("Say", "a"));
        Assert.Equal((Unimplemented, "there is no /meltemi.tests.Echo/Say"), (answer.Code, answer.Message));
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Metadata(string language)
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        var call = Call("Say", "x");
        call["metadata"] = new JsonObject { ["echo-text"] = "a b" };
        var answer = await client.CallAsync(call);
        Assert.Equal("a b", (string?)answer.Headers["echo-text"]);
        Assert.Equal("a b", (string?)answer.Trailers["trailer-echo-text"]);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task A_deadline_reaches_the_handler(string language)
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        await AnsweredAsync(client, Call("Say", "connected"), "connected");
        var call = Call("Hang", "");
        call["timeout"] = 1;
        Assert.Equal(DeadlineExceeded, (await client.CallAsync(call)).Code);
        Assert.True(await Ended(server));
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task A_cancellation_reaches_the_handler(string language)
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        var call = Call("Hang", "");
        call["cancel"] = 0;
        Assert.Equal(Cancelled, (await client.CallAsync(call)).Code);
        Assert.True(await Ended(server));

        call = Call("CountDown", "100000000"); // it would not end by itself while the test runs
        call["cancel"] = 1;
        Assert.Equal(Cancelled, (await client.CallAsync(call)).Code);
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Packed_messages(string language)
    {
        await using var server = await EchoServer.StartAsync(new() { GzipFromBytes = 100 });
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        foreach (var gzip in (bool[])[false, true])
        {
            foreach (var size in (string[])["*1500", "*1000000", "small"])
            {
                var call = Call("Chat", size, size);
                call["gzip"] = gzip;
                await AnsweredAsync(client, call, size, size);
            }
        }
    }

    [PeerTheory(Tools.Node, Tools.Npm, Tools.PythonGrpc)]
    [MemberData(nameof(GrpcPeers.Languages), MemberType = typeof(GrpcPeers))]
    public async Task Large_messages_and_messages_that_are_too_large(string language)
    {
        await using var server = await EchoServer.StartAsync();
        await using var client = await GrpcPeers.ConnectAsync(language, server.EndPoint.Port);
        await AnsweredAsync(client, Call("Say", "*4194299"), "*4194299");
        var sent = await client.CallAsync(Call("Say", "*4194300"));
        Assert.Equal((ResourceExhausted, "a message of 4194305 bytes came; at most 4194304 are allowed"), (sent.Code, sent.Message));
        Assert.Equal(ResourceExhausted, (await client.CallAsync(Call("CountDown", "1 5000000"))).Code);
        await AnsweredAsync(client, Call("Say", "still here"), "still here");
    }

    private static JsonObject Call(string method, params string[] messages) =>
        new() { ["call"] = method, ["send"] = new JsonArray([.. messages.Select(message => JsonValue.Create(message))]) };

    private static async Task AnsweredAsync(GrpcPeerClient client, JsonObject call, params string[] answers)
    {
        var answer = await client.CallAsync(call);
        Assert.True(answer.Code == 0, $"{answer.Code} {answer.Message}");
        Assert.Equal(answers, answer.Answers);
    }

    private static async Task<bool> Ended(EchoServer server)
    {
        await server.Service.Ended.Task.WaitAsync(Safety.Limit);
        return true;
    }
}
