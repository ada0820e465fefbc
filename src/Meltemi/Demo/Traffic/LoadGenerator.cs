using System.Diagnostics;
using System.Net.Sockets;
using DubboService;
using ThriftService;

namespace Meltemi.Program.Demo.Traffic;

/// <summary>A modest load: four clients a service, each with up to 50 calls a second, one after the other.</summary>
internal sealed class LoadGenerator(DemoMesh mesh, Ledger ledger)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string?[] ThriftUsers = [null, null, "ann", DemoRules.Jason];

    /// <summary>Calls until it is stopped; then the calls that are on their way are waited for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var (dubbo, thrift) = (mesh.AddressOf(DemoService.Dubbo), mesh.AddressOf(DemoService.Thrift));
        var callers = ThriftUsers.SelectMany(
            user => new Caller[] { new DubboCaller(dubbo, new Random()), new ThriftCaller(thrift, new Random(), user) });
        await Task.WhenAll(callers.Select(caller => Task.Run(() => RunAsync(caller, stop), CancellationToken.None))).ConfigureAwait(false);
    }

    private async Task RunAsync(Caller caller, CancellationToken stop)
    {
        using var clock = new PeriodicTimer(Pace);
        try
        {
            do await CallAsync(caller).ConfigureAwait(false);
            while (await clock.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough.
        }
        finally
        {
            await caller.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task CallAsync(Caller caller)
    {
        var (method, user) = caller.Next();
        var (period, disturbances, explained) = (mesh.PeriodOf(caller.Service), mesh.Disturbances, IsExplained(caller.Service));
        var start = Stopwatch.GetTimestamp();
        string? version = null, error = null;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            version = await caller.CallAsync(method, user, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DubboCallException or ThriftCallException)
        {
            error = e.Message; // The connection is fine: it carried an answer.
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or OperationCanceledException)
        {
            error = e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : e.Message;
            await caller.DisposeAsync().ConfigureAwait(false);
        }

        var call = new Call(caller.Service, method, user, version, Stopwatch.GetElapsedTime(start), error);
        explained = explained || IsExplained(caller.Service) || mesh.Disturbances != disturbances;
        ledger.Add(call, ReferenceEquals(period, mesh.PeriodOf(caller.Service)) ? period : null, explained);
    }

    // Routes that somebody wrote by hand may lead nowhere.
    private bool IsExplained(string service) => mesh.IsDisturbed || mesh.RulesOf(service) is null;
}
