using DubboService;

namespace Meltemi.Tests.Samples;

public class DubboServiceTests
{
    [Theory]
    [InlineData(GreetingService.SayHello)]
    [InlineData(GreetingService.SlowHello)]
    [InlineData(GreetingService.FailingHello)]
    public async Task Every_method_answers_with_version_and_instance(string method)
    {
        await using var server = new DubboServer(new GreetingService("v2", "blue").HandleAsync);
        await using var client = await DubboClient.ConnectAsync("127.0.0.1", server.Port);
        Assert.Equal(new ServedBy("v2", "blue"), await new GreetingClient(client).CallAsync(method, "Ann", "ann"));
    }

    [Fact]
    public async Task A_failing_method_throws_what_a_java_client_knows()
    {
        await using var server = new DubboServer(new GreetingService("v1", "a").HandleAsync);
        await using var client = await DubboClient.ConnectAsync("127.0.0.1", server.Port);
        var answer = await client.CallAsync(Hello("Ann") with { Method = GreetingService.FailingHello });
        Assert.Equal(("java.lang.IllegalArgumentException", "Ann is not welcome (v1/a)"), (answer.ExceptionClass, answer.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Zoë, 你好, 𝒳")]
    [InlineData("a name of more than thirty-one characters")]
    public async Task Names_and_attachments_of_all_kinds_arrive(string name)
    {
        Invocation? seen = null;
        await using var server = new DubboServer(call =>
        {
            seen = call;
            return Task.FromResult(Answer.Of((string?)call.Arguments[0]));
        });
        await using var client = await DubboClient.ConnectAsync("127.0.0.1", server.Port);
        var answer = await client.CallAsync(Hello(name) with { Attachments = new Dictionary<string, string> { ["user"] = name } });
        Assert.Equal(name, answer.Text);
        Assert.Equal((GreetingService.Interface, GreetingService.SayHello, name), (seen!.Interface, seen.Method, seen.Attachments["user"]));
    }

    [Fact]
    public async Task What_it_does_not_offer_has_a_status_and_a_text()
    {
        await using var server = new DubboServer(new GreetingService("v1", "a").HandleAsync);
        await using var client = await DubboClient.ConnectAsync("127.0.0.1", server.Port);
        var service = await client.CallAsync(Hello("Ann") with { Interface = "org.example.Other" });
        Assert.Equal((DubboStatus.ServiceNotFound, "no service org.example.Other"), (service.Status, service.Text));
        var method = await client.CallAsync(Hello("Ann") with { Method = "dance" });
        Assert.Equal((DubboStatus.ServiceError, "no method dance"), (method.Status, method.Text));
    }

    [Fact]
    public async Task Heartbeats_are_answered_while_calls_run()
    {
        var gate = new TaskCompletionSource<Answer>();
        await using var server = new DubboServer(_ => gate.Task);
        await using var client = await DubboClient.ConnectAsync("127.0.0.1", server.Port);
        var call = client.CallAsync(Hello("Ann"));
        await client.PingAsync();
        Assert.False(call.IsCompleted);
        gate.SetResult(Answer.Of(null));
        Assert.Null((await call).Text);
    }

    [Fact]
    public async Task A_server_that_stops_ends_calls_in_flight()
    {
        var server = new DubboServer(_ => new TaskCompletionSource<Answer>().Task);
        await using var client = await DubboClient.ConnectAsync("127.0.0.1", server.Port);
        var call = client.CallAsync(Hello("Ann"));
        await client.PingAsync();
        await server.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => call);
    }

    private static Invocation Hello(string name) =>
        new() { Interface = GreetingService.Interface, Method = GreetingService.SayHello, Arguments = [name] };
}
