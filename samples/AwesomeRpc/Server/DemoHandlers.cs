using System.Globalization;

namespace AwesomeRpc.Server;

/// <summary>The commands of the demonstration server.</summary>
public static class DemoHandlers
{
    public static AwesomeServer AddDemo(this AwesomeServer server) => server
        .Handle("echo", call => Task.FromResult(call.Request with { Status = Status.Ok }))
        .Handle("upper", call => Task.FromResult(Call.Answer(call.Request.Text.ToUpperInvariant())))
        .Handle("slow", SlowAsync)
        .Handle("fail", call => Task.FromResult(Fail(call)))
        .Handle("notify", NotifyAsync)
        .HandleStream("echo", EchoAsync);

    /// <summary>Answers after as many milliseconds as the header <c>delay</c> says; 1,000 without it.</summary>
    private static async Task<Message> SlowAsync(Call call)
    {
        await Task.Delay(Number(call, "delay", 1000), call.Gone);
        return Call.Answer(call.Request.Text);
    }

    /// <summary>Pushes the request's text back, then answers.</summary>
    private static async Task<Message> NotifyAsync(Call call)
    {
        await call.PushAsync("notify", call.Request.Text);
        return Call.Answer("pushed");
    }

    /// <summary>Answers with the status that the header <c>status</c> says; ApplicationError without it.</summary>
    private static Message Fail(Call call) => Call.Answer(call.Request.Text, (Status)Number(call, "status", (int)Status.ApplicationError));

    private static async Task EchoAsync(Call call)
    {
        await foreach (var piece in call.ReadAllAsync()) await call.WriteAsync(piece.Text);
    }

    private static int Number(Call call, string header, int otherwise) =>
        int.TryParse(call.Request[header], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
