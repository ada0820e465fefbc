using System.Net;
using Meltemi.Program.Verbs;
using Meltemi.Proxy;
using Meltemi.Proxy.Admin;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program.Demo;

/// <summary>A proxy that has everything from a controller, as <c>meltemi proxy --controller</c> does.</summary>
internal sealed class DemoProxy : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProxyHost _host;
    private readonly ControlPlaneSession _session;
    private readonly HttpServer _admin;

    private DemoProxy(IPEndPoint controller, Log log)
    {
        var codecs = CodecPlugins.Load([]);
        var bootstrap = new ControllerBootstrap { Controllers = [$"{controller}"], Name = "demo", Namespace = "default", Address = IPAddress.Loopback };
        var config = BootstrapLoader.Take(bootstrap.ToBootstrap(), codecs).Config!;
        _host = new ProxyHost(0, new DataPlaneOptions { Log = log });
        var state = new ProxyState(_host, log, VersionVerb.Short, new Dictionary<string, string>());
        _session = new ControlPlaneSession(_host, codecs, config.Dynamic!, stateDirectory: "", IsLive, log);
        state.Resources = _session.Status;
        _admin = AdminServer.Start(new IPEndPoint(IPAddress.Loopback, 0), state);
        _session.Start(config);

        void IsLive()
        {
            state.IsLive();
            _live.TrySetResult();
        }
    }

    /// <summary>Where its admin page is.</summary>
    public string AdminUrl => $"http://{_admin.LocalAddress}/";

    /// <summary>Open client connections.</summary>
    public int OpenConnections => _host.DataPlane.OpenConnections;

    /// <summary>Starts one; when it returns, the first configuration is in force.</summary>
    /// <exception cref="CommandFailedException">That took too long.</exception>
    public static async Task<DemoProxy> StartAsync(IPEndPoint controller, Log log, CancellationToken cancel)
    {
        var proxy = new DemoProxy(controller, log);
        try
        {
            await proxy._live.Task.WaitAsync(Patience, cancel).ConfigureAwait(false);
            return proxy;
        }
        catch (Exception e)
        {
            await proxy.DisposeAsync().ConfigureAwait(false);
            if (e is TimeoutException) throw new CommandFailedException($"the proxy got no configuration within {Patience.TotalSeconds} s", ExitCodes.Failed);
            throw;
        }
    }

    /// <summary>The routes in force where clients connect; null: none.</summary>
    public RouteTableConfig? RoutesAt(IPEndPoint address) =>
        (_host.DataPlane.FindListener($"{address.Address}_{address.Port}")?.Config.Chain as ProtocolChainConfig)?.Routes;

    /// <summary>When it returns, every loop runs by what was in force before.</summary>
    public void WaitForLoops() => _host.WaitForLoops();

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync().ConfigureAwait(false);
        _admin.Dispose();
        await _host.DrainAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        _host.Dispose();
    }
}
