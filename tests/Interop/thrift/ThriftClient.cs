using System.Text.Json.Nodes;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Thrift;

/// <summary>A running client: calls go in, answers come out, in any order.</summary>
internal sealed class ThriftClient(PeerProcess process) : IAsyncDisposable
{
    private int _calls;

    public string Seen => process.Seen;

    /// <summary>Starts a call, such as <c>{"call": "add", "args": [1, 2]}</c>; <see cref="AnswersAsync"/> has its answer.</summary>
    public async Task StartAsync(JsonNode call)
    {
        _calls++;
        await process.WriteAsync(call.ToJsonString());
    }

    /// <summary>The next so many answers, in the order of their calls, without their numbers.</summary>
    public async Task<JsonNode[]> AnswersAsync(int count)
    {
        var answers = new JsonNode[count];
        for (var i = 0; i < count; i++)
        {
            var line = await process.ReadAsync() ?? throw new InvalidOperationException($"the client ended: {Seen}");
            var answer = JsonNode.Parse(line)!.AsObject();
            var n = (int)answer["n"]!;
            answer.Remove("n");
            answers[n - _calls + count] = answer;
        }

        return answers;
    }

    /// <summary>Starts all calls and waits for all answers.</summary>
    public async Task<JsonNode[]> CallAsync(params JsonNode[] calls)
    {
        foreach (var call in calls) await StartAsync(call);
        return await AnswersAsync(calls.Length);
    }

    /// <summary>The answer to one call.</summary>
    public async Task<JsonNode> CallAsync(string json) => (await CallAsync([JsonNode.Parse(json)!]))[0];

    /// <summary>Says that no more calls come, and waits for a good end.</summary>
    public async Task EndAsync()
    {
        process.EndInput();
        Assert.True(await process.ExitAsync() == 0, Seen);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
