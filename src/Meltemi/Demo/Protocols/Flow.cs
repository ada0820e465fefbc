using System.Diagnostics;
using System.Net;
using Greetings;
using Meltemi.Program.Demo.Traffic;

namespace Meltemi.Program.Demo.Protocols;

/// <summary>The small flow that runs through each protocol: calls of four applications, and one that no rule is for.</summary>
internal sealed class Flow(DemoProtocol protocol, IPEndPoint proxy)
{
    private const int StableCalls = 40, CanaryCalls = 10, LimitedCalls = 20, ChaosCalls = 5;
    private const string Unknown = "add"; // Thrift's sample has no other

    private readonly Latencies _latencies = new();

    /// <summary>Runs it.</summary>
    /// <exception cref="IOException">The proxy closed a connection.</exception>
    public async Task<FlowResult> RunAsync(CancellationToken cancel)
    {
        var stable = await CallAsync("", Greeting.SayHello, StableCalls, cancel).ConfigureAwait(false);
        var canary = await CallAsync(ProtocolsYaml.Canary, Greeting.SayHello, CanaryCalls, cancel).ConfigureAwait(false);
        var limited = await CallAsync(ProtocolsYaml.Limited, Greeting.SayHello, LimitedCalls, cancel).ConfigureAwait(false);
        var chaos = await CallAsync(ProtocolsYaml.Chaos, Greeting.SayHello, ChaosCalls, cancel).ConfigureAwait(false);
        var unknown = await CallAsync("", Unknown, 1, cancel).ConfigureAwait(false);
        return new()
        {
            Protocol = protocol.Name,
            P50 = _latencies.Quantile(0.5),
            Stable = stable,
            Canary = canary,
            Limited = limited,
            Chaos = chaos,
            Unknown = unknown,
            IsAsExpected = stable.V1 == StableCalls && canary.V2 == CanaryCalls && (limited.V2, limited.Errors) == (ProtocolsYaml.Limit, LimitedCalls - ProtocolsYaml.Limit)
                && chaos.Errors == ChaosCalls && unknown.Errors == 1,
        };
    }

    private async Task<Outcome> CallAsync(string caller, string method, int calls, CancellationToken cancel)
    {
        var client = await protocol.ConnectAsync(proxy, caller, cancel).ConfigureAwait(false);
        await using var connection = client.Connection.ConfigureAwait(false);
        int v1 = 0, v2 = 0, errors = 0;
        string? error = null;
        for (var i = 0; i < calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            try
            {
                var name = $"{protocol.Name} {i}";
                if (Greeting.Version(name, await client.CallAsync(method, name, cancel).ConfigureAwait(false)) == "v1") v1++;
                else v2++;
                _latencies.Add(Stopwatch.GetElapsedTime(start));
            }
            catch (GreetingException e)
            {
                (errors, error) = (errors + 1, e.Message);
            }
        }

        return new(v1, v2, errors, error);
    }
}

/// <summary>What became of an application's calls.</summary>
/// <param name="V1">Answered by version 1.</param>
/// <param name="V2">Answered by version 2.</param>
/// <param name="Errors">Answered by an error.</param>
/// <param name="Error">The last error, in the client's words; null: there was none.</param>
internal sealed record Outcome(int V1, int V2, int Errors, string? Error)
{
    public int Calls => V1 + V2 + Errors;
}

/// <summary>What became of a flow.</summary>
internal sealed record FlowResult
{
    public required string Protocol { get; init; }

    /// <summary>Median of the answered calls, seen by the client, in milliseconds.</summary>
    public required double P50 { get; init; }

    public required Outcome Stable { get; init; }

    public required Outcome Canary { get; init; }

    public required Outcome Limited { get; init; }

    public required Outcome Chaos { get; init; }

    public required Outcome Unknown { get; init; }

    /// <summary>Everything went where the rules say.</summary>
    public required bool IsAsExpected { get; init; }

    public int Calls => Stable.Calls + Canary.Calls + Limited.Calls + Chaos.Calls + Unknown.Calls;
}
