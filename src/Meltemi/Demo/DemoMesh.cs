using System.Net;
using Meltemi.Proxy;
using Meltemi.Proxy.Admin;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program.Demo;

/// <summary>
/// The services, two versions each, and the proxy before them, all in this process on free ports of the loopback interface.
/// Rules and instances are changed from one thread at a time.
/// </summary>
internal sealed class DemoMesh : IAsyncDisposable
{
    private readonly ProxyHost _proxy = new();
    private readonly HttpServer _admin;
    private readonly DemoConfig _config;
    private int _disturbances;
    private volatile Period? _period;

    /// <summary>Starts everything.</summary>
    /// <exception cref="CommandFailedException">A port cannot be listened on.</exception>
    public DemoMesh(DemoRules rules)
    {
        Instances = [.. DemoService.All.SelectMany(
            service => new Instance[] { new(service, "v1", "a"), new(service, "v1", "b"), new(service, "v2", "a") })];
        _config = new DemoConfig(Instances);
        Rules = rules;
        if (_proxy.Apply(_config.With(rules)) is [var problem, ..]) throw new CommandFailedException(problem, ExitCodes.Failed);
        var version = typeof(DemoMesh).Assembly.GetName().Version!.ToString(3);
        var state = new ProxyState(_proxy, Log.None, version, new Dictionary<string, string>());
        state.IsLive();
        _admin = AdminServer.Start(new IPEndPoint(IPAddress.Loopback, 0), state);
        _period = new Period(rules);
    }

    /// <summary>The services' instances.</summary>
    public IReadOnlyList<Instance> Instances { get; }

    /// <summary>The rules in force.</summary>
    public DemoRules Rules { get; private set; }

    /// <summary>The time since which nothing changed; null: something is changing or stopped.</summary>
    public Period? Period => _period;

    /// <summary>How often an instance was stopped or started.</summary>
    public int Disturbances => Volatile.Read(ref _disturbances);

    /// <summary>Whether an instance does not run.</summary>
    public bool IsDisturbed => Instances.Any(instance => !instance.IsRunning);

    /// <summary>Where the proxy's admin page is.</summary>
    public string AdminUrl => $"http://{_admin.LocalAddress}/";

    /// <summary>Open client connections.</summary>
    public int OpenConnections => _proxy.DataPlane.OpenConnections;

    /// <summary>Where clients of a service connect: the proxy.</summary>
    public IPEndPoint AddressOf(string service) =>
        (IPEndPoint)_proxy.DataPlane.Listeners.First(listener => listener.Config.Name == service).Addresses.First();

    /// <summary>Puts other rules in force. When it returns every loop of the proxy runs by them; no connection was touched.</summary>
    public void Apply(DemoRules rules)
    {
        _period = null;
        _proxy.Apply(_config.With(rules));
        Rules = rules;
        BeginPeriod();
    }

    /// <summary>Stops an instance that runs, starts one that does not.</summary>
    /// <param name="instance">Which.</param>
    /// <param name="politely">It leaves instead of crashing.</param>
    public async Task ToggleAsync(Instance instance, bool politely)
    {
        _period = null;
        Interlocked.Increment(ref _disturbances);
        if (!instance.IsRunning) instance.Start();
        else if (politely) await instance.LeaveAsync().ConfigureAwait(false);
        else await instance.StopAsync().ConfigureAwait(false);
        BeginPeriod();
    }

    public async ValueTask DisposeAsync()
    {
        _period = null;
        _admin.Dispose();
        await _proxy.DrainAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        _proxy.Dispose();
        foreach (var instance in Instances) await instance.DisposeAsync().ConfigureAwait(false);
    }

    private void BeginPeriod() => _period = IsDisturbed ? null : new Period(Rules);
}
