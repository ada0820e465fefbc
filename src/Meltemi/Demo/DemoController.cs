using System.Collections.Immutable;
using System.Net;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Hosting;
using Meltemi.ControlPlane.Stores;
using Meltemi.ControlPlane.Stores.Files;
using Meltemi.Program.Client;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Resources;

namespace Meltemi.Program.Demo;

/// <summary>The control plane of the demo over a directory of resources. Token and certificate are in a directory that goes with it.</summary>
internal sealed class DemoController : IAsyncDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("meltemi-demo-state-").FullName;
    private readonly LoggerFactory _logs;
    private FileStore? _store;
    private ControllerHost? _host;

    private DemoController(Log log) => _logs = new LoggerFactory(log);

    /// <summary>The resources as they count.</summary>
    public StoreState Resources => _store!.Current;

    /// <summary>Files that cannot be read as they are; what they held before counts.</summary>
    public ImmutableArray<SourceProblem> Problems => _store!.SourceProblems;

    /// <summary>Where proxies connect.</summary>
    public IPEndPoint XdsAddress => _host!.XdsAddress;

    /// <summary>How others speak with it, line by line.</summary>
    public string[] Hints =>
    [
        $"kubectl --kubeconfig {KubeconfigFile} edit metarouter {DemoService.Dubbo}",
        $"MELTEMI_STATE={_state} ./meltemi describe metarouter {DemoService.Dubbo}",
    ];

    private string KubeconfigFile => Path.Combine(_state, "kubeconfig");

    /// <summary>Starts it on free ports.</summary>
    /// <exception cref="CommandFailedException">The directory cannot be used.</exception>
    public static async Task<DemoController> StartAsync(string directory, Log log, CancellationToken cancel)
    {
        var controller = new DemoController(log);
        try
        {
            await controller.OpenAsync(directory, cancel).ConfigureAwait(false);
            return controller;
        }
        catch (Exception e)
        {
            await controller.DisposeAsync().ConfigureAwait(false);
            if (e is StoreException or IOException or InvalidOperationException) throw new CommandFailedException(e.Message, ExitCodes.Failed);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync().ConfigureAwait(false);
        if (_store is not null) await _store.DisposeAsync().ConfigureAwait(false);
        _logs.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    private async Task OpenAsync(string directory, CancellationToken cancel)
    {
        _store = await FileStore.OpenAsync(new() { Directory = directory }, _logs.CreateLogger("store")).ConfigureAwait(false);
        var free = new IPEndPoint(IPAddress.Loopback, 0);
        var options = new ControllerOptions { Xds = free, Api = free, StateDirectory = _state, Codecs = CodecPlugins.Load([]) };
        _host = await ControllerHost.StartAsync(_store, options, _logs, cancel: cancel).ConfigureAwait(false);

        var (token, authority) = (Path.Combine(_state, "token"), Path.Combine(_state, "api-ca.pem"));
        await File.WriteAllTextAsync(authority, _host.AuthorityPem, cancel).ConfigureAwait(false);
        new ControllerAddress(_host.ApiAddress, token, authority).Write(_state);
        var kubeconfig = Kubeconfig.Write(_host.ApiAddress, ControllerClient.ReadToken(token), _host.AuthorityPem);
        await File.WriteAllTextAsync(KubeconfigFile, kubeconfig, cancel).ConfigureAwait(false); // in a directory that nobody else may enter
    }
}
