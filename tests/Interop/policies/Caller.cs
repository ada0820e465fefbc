using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Meltemi.Interop.Tests.Support;

namespace Meltemi.Interop.Tests.Policies;

/// <summary>
/// A running client: any number of calls at a time, over as many connections as are named. Calls on one connection are made in order; whether the
/// client waits for one answer before the next call is its protocol's matter.
/// </summary>
internal sealed class Caller : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _reading;
    private int _calls;

    public Caller(PeerProcess process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public string Seen => _process.Seen;

    /// <summary>Makes a call; completes with its answer.</summary>
    public async Task<CallAnswer> CallAsync(string call, string? argument = null, int on = 0, params (string Key, string Value)[] headers)
    {
        var answer = await AskAsync(Line(call, argument, on, headers));
        var seen = answer["headers"]?.AsObject().ToDictionary(pair => pair.Key, pair => (string?)pair.Value ?? "") ?? [];
        return new(answer["error"] is null, answer["result"] ?? answer["message"], seen);
    }

    /// <summary>The same for a call that must be answered by a server; its result.</summary>
    public async Task<string> ResultAsync(string call, string? argument = null, int on = 0, params (string Key, string Value)[] headers)
    {
        var answer = await CallAsync(call, argument, on, headers);
        Assert.True(answer.IsOk, answer.Text);
        return answer.Text;
    }

    /// <summary>The same for a call that must fail; the text of the error.</summary>
    public async Task<string> ErrorAsync(string call, string? argument = null, int on = 0, params (string Key, string Value)[] headers)
    {
        var answer = await CallAsync(call, argument, on, headers);
        Assert.False(answer.IsOk, answer.Text);
        return answer.Text;
    }

    /// <summary>Makes many calls; how many had which result, or error.</summary>
    public async Task<Dictionary<string, int>> TallyAsync(string call, int times, string? argument = null, int on = 0, params (string Key, string Value)[] headers)
    {
        var line = Line(call, argument, on, headers);
        line["times"] = times;
        return (await AskAsync(line))["tally"]!.AsObject().ToDictionary(pair => pair.Key, pair => (int)pair.Value!);
    }

    /// <summary>It is gone, with all its connections; calls that have no answer throw.</summary>
    public async Task KillAsync()
    {
        await _process.KillAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _reading;
    }

    private static JsonObject Line(string call, string? argument, int on, (string Key, string Value)[] headers) => new()
    {
        ["call"] = call,
        ["args"] = argument is null ? [] : new JsonArray(argument),
        ["on"] = on,
        ["headers"] = new JsonObject(headers.Select(header => KeyValuePair.Create<string, JsonNode?>(header.Key, header.Value))),
    };

    private async Task<JsonNode> AskAsync(JsonObject line)
    {
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writing.WaitAsync();
        try
        {
            _waiting[_calls++] = answer;
            await _process.WriteAsync(line.ToJsonString());
        }
        finally
        {
            _writing.Release();
        }

        if (_reading.IsCompleted) Fail();
        return await answer.Task.WithinLimit(() => $"{line.ToJsonString()}\n{Seen}");
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        while (await _process.ReadAsync() is { } text)
        {
            var line = JsonNode.Parse(text)!;
            if (_waiting.TryRemove((int)line["n"]!, out var answer)) answer.SetResult(line);
        }

        Fail();
    }

    private void Fail()
    {
        foreach (var answer in _waiting.Values) answer.TrySetException(new IOException($"the client has ended: {Seen}"));
    }
}

/// <summary>An answer to a call.</summary>
/// <param name="IsOk">It has a result.</param>
/// <param name="Value">The result, or the text of the error that the library raised.</param>
/// <param name="Headers">What came beside it.</param>
internal sealed record CallAnswer(bool IsOk, JsonNode? Value, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Value?.ToString() ?? "";
}
