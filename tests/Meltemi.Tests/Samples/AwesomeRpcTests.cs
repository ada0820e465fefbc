using AwesomeRpc;
using AwesomeRpc.Client;
using AwesomeRpc.Server;

namespace Meltemi.Tests.Samples;

public class AwesomeRpcTests
{
    [Fact]
    public void The_library_writes_what_the_codec_is_tested_with()
    {
        var message = new Message(MessageType.Request, 7)
        {
            Headers = new Dictionary<string, string>
            {
                ["command"] = "echo",
                ["service"] = "demo.Echo",
                ["timeout"] = "250",
                ["user"] = "ann",
            },
            Text = "hello",
        };
        Assert.Equal(AwesomeRpcSamples.Request.Bytes, message.ToBytes());
    }

    [Fact]
    public async Task Calls_on_one_connection_are_answered_as_they_finish()
    {
        var gate = new TaskCompletionSource();
        await using var server = new AwesomeServer(name: "a-1").AddDemo().Handle("gated", async _ =>
        {
            await gate.Task;
            return Call.Answer("late");
        });
        await using var client = await AwesomeClient.ConnectAsync("127.0.0.1", server.Port);

        var late = client.CallAsync("gated");
        var first = await client.CallAsync("upper", "hello");
        Assert.Equal(("HELLO", "a-1"), (first.Text, first["served-by"]));
        Assert.False(late.IsCompleted);
        gate.SetResult();
        Assert.Equal("late", (await late).Text);
    }

    [Fact]
    public async Task An_echo_brings_headers_and_body_back()
    {
        await using var server = new AwesomeServer().AddDemo();
        await using var client = await AwesomeClient.ConnectAsync("127.0.0.1", server.Port);
        var answer = await client.CallAsync("echo", "hello", new Dictionary<string, string> { ["user"] = "ann" });
        Assert.Equal(("hello", "ann"), (answer.Text, answer["user"]));
    }

    [Fact]
    public async Task Errors_are_raised_with_status_and_text()
    {
        await using var server = new AwesomeServer().AddDemo().Handle("broken", _ => throw new InvalidOperationException("out of order"));
        await using var client = await AwesomeClient.ConnectAsync("127.0.0.1", server.Port);

        var busy = await Assert.ThrowsAsync<AwesomeRpcException>(
            () => client.CallAsync("fail", "come back later", new Dictionary<string, string> { ["status"] = "3" }));
        Assert.Equal((Status.Busy, "Busy: come back later"), (busy.Status, busy.Message));
        var broken = await Assert.ThrowsAsync<AwesomeRpcException>(() => client.CallAsync("broken"));
        Assert.Equal(Status.Failed, broken.Status);
        var unknown = await Assert.ThrowsAsync<AwesomeRpcException>(() => client.CallAsync("no-such"));
        Assert.Equal(Status.BadRequest, unknown.Status);
    }

    [Fact]
    public async Task A_stream_echoes_its_pieces_until_it_is_closed()
    {
        await using var server = new AwesomeServer().AddDemo();
        await using var client = await AwesomeClient.ConnectAsync("127.0.0.1", server.Port);
        var stream = await client.OpenStreamAsync("echo");
        await stream.WriteAsync("one");
        await stream.WriteAsync("two");
        await stream.CloseAsync();
        var pieces = new List<string>();
        await foreach (var piece in stream.ReadAllAsync()) pieces.Add(piece.Text);
        Assert.Equal(["one", "two"], pieces);

        var refused = await client.OpenStreamAsync("no-such");
        var error = await Assert.ThrowsAsync<AwesomeRpcException>(
            async () => await refused.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(Status.BadRequest, error.Status);
    }

    [Fact]
    public async Task Heartbeats_pushes_one_way_requests_and_go_away_arrive()
    {
        var logged = new TaskCompletionSource<string>();
        await using var server = new AwesomeServer().AddDemo().Handle("log", call =>
        {
            logged.SetResult(call.Request.Text);
            return Task.FromResult(Call.Answer("nobody hears this"));
        });
        await using var client = await AwesomeClient.ConnectAsync("127.0.0.1", server.Port);

        await client.PingAsync();
        await client.SendAsync("log", "line");
        Assert.Equal("line", await logged.Task);
        await client.CallAsync("notify", "news");
        Assert.Equal("news", (await client.Pushes.ReadAsync()).Text);
        await server.PushAsync("topic", "for all");
        Assert.Equal("for all", (await client.Pushes.ReadAsync()).Text);
        await server.GoAwayAsync();
        await client.GoAway;
    }

    [Fact]
    public async Task Who_waits_on_a_connection_that_ends_is_told()
    {
        var server = new AwesomeServer().AddDemo();
        await using var client = await AwesomeClient.ConnectAsync("127.0.0.1", server.Port);
        var reached = new TaskCompletionSource();
        server.Handle("never", async call =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, call.Gone);
            return Call.Answer("");
        });
        var waiting = client.CallAsync("never");
        await reached.Task;
        await server.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => waiting);
        await Assert.ThrowsAsync<IOException>(() => client.CallAsync("echo"));
    }
}
