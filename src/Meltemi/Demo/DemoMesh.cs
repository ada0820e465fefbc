using System.Net;
using System.Text.Json.Nodes;
using Meltemi.Program.Demo.Resources;
using Meltemi.Program.Verbs.Mesh;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Resources;

namespace Meltemi.Program.Demo;

/// <summary>
/// The services, two versions each, the controller over a directory of resources, and the proxy that follows it, all in this process and on free
/// ports of the loopback interface. Rules are changed by editing files, here as by everybody else; instances from one thread at a time.
/// </summary>
internal sealed class DemoMesh : IAsyncDisposable
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private readonly MeshFiles _files;
    private readonly Dictionary<string, ReservedAddress> _addresses = [];
    private readonly Dictionary<string, (Moment Moment, Period? Period)> _periods = [];
    private DemoController? _controller;
    private DemoProxy? _proxy;
    private DemoRules _written;
    private int _disturbances;

    private DemoMesh(DemoRules rules, MeshFiles files)
    {
        (_written, _files) = (rules, files);
        Instances = [.. DemoService.All.SelectMany(
            service => new Instance[] { new(service, "v1", "a"), new(service, "v1", "b"), new(service, "v2", "a") })];
        for (var i = 0; i < DemoService.All.Length; i++)
            _addresses[DemoService.All[i]] = new ReservedAddress(new IPAddress([127, 240, 1, (byte)(i + 1)]));
    }

    /// <summary>The services' instances.</summary>
    public IReadOnlyList<Instance> Instances { get; }

    /// <summary>How often an instance was stopped or started.</summary>
    public int Disturbances => Volatile.Read(ref _disturbances);

    /// <summary>Whether an instance does not run.</summary>
    public bool IsDisturbed => Instances.Any(instance => !instance.IsRunning);

    /// <summary>Where the resources are.</summary>
    public string Directory => _files.Path;

    /// <summary>Where the proxy's admin page is.</summary>
    public string AdminUrl => _proxy!.AdminUrl;

    /// <summary>Other ways to the resources, line by line.</summary>
    public string[] Hints => _controller!.Hints;

    /// <summary>Open client connections.</summary>
    public int OpenConnections => _proxy!.OpenConnections;

    /// <summary>Files that cannot be read as they are, with line and reason; what they held before stays in force.</summary>
    public IReadOnlyList<string> FileProblems => [.. _controller!.Problems.Select(problem => $"{problem.Source}: {problem.Message}")];

    /// <summary>Starts everything; routes that are in the directory already are in force then, else these rules.</summary>
    /// <exception cref="CommandFailedException">Something cannot be had; everything was ended again.</exception>
    public static async Task<DemoMesh> StartAsync(DemoRules rules, MeshFiles files, Log log, CancellationToken cancel)
    {
        var mesh = new DemoMesh(rules, files);
        try
        {
            // The controller first: it refuses a directory that another one uses, before anything is written there.
            mesh._controller = await DemoController.StartAsync(files.Path, log, cancel).ConfigureAwait(false);
            mesh.WriteFirst();
            mesh._proxy = await DemoProxy.StartAsync(mesh._controller.XdsAddress, log, cancel).ConfigureAwait(false);
            await mesh.ListeningAsync(cancel).ConfigureAwait(false);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The instances of a service.</summary>
    public IEnumerable<Instance> InstancesOf(string service) => Instances.Where(instance => instance.Service == service);

    /// <summary>Where clients of a service connect: its address in the mesh, which the proxy listens on.</summary>
    public IPEndPoint AddressOf(string service) => _addresses[service].EndPoint;

    /// <summary>The rules that the proxy runs by; null: routes that somebody wrote by hand and that are none of the demo's.</summary>
    public DemoRules? RulesOf(string service) => RouteReader.Rules(Routes(service));

    /// <summary>What the next change starts from: what was written last, unless somebody edited it since.</summary>
    public DemoRules RulesToChange() =>
        DemoService.All.All(service => _files.IsAsWritten(MeshYaml.RoutesFile(service))) ? _written : RulesOf(DemoService.Dubbo) ?? _written;

    /// <summary>Writes the rules of both services into their files. They are in force a moment later.</summary>
    public void Write(DemoRules rules)
    {
        _written = rules;
        foreach (var service in DemoService.All) _files.Write(MeshYaml.RoutesFile(service), MeshYaml.Routes(service, rules));
    }

    /// <summary>Waits until the control plane says that every proxy runs by these rules.</summary>
    public async Task InForceAsync(DemoRules rules, CancellationToken cancel)
    {
        while (!DemoService.All.All(service => PeriodOf(service)?.Rules == rules)) await Task.Delay(PollTime, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// The time since which nothing changed for a service; null: something is changing or stopped, or the routes cannot be judged. It begins
    /// when the status of the resources says that they are programmed, and ends with the next edit, before the proxy hears of it.
    /// </summary>
    public Period? PeriodOf(string service)
    {
        var now = new Moment(Routes(service), Disturbances, DemoResources.Versions(_controller!.Resources, service));
        lock (_gate)
        {
            if (_periods.TryGetValue(service, out var known) && known.Moment == now) return known.Period;
            if (IsDisturbed || !DemoResources.AreProgrammed(_controller.Resources, service)) return null;
            _proxy!.WaitForLoops();
            var period = RouteReader.Rules(now.Routes) is { } rules ? new Period(rules) : null;
            _periods[service] = (now, period);
            return period;
        }
    }

    /// <summary>What is to be told about a service.</summary>
    public ServiceReport Report(string service)
    {
        var lines = RouteReader.Lines(Routes(service)).ToArray();
        if (DemoResources.Router(_controller!.Resources, service) is not { } router)
            return new(service, lines, "there is no MetaRouter", IsSettled: true, IsGood: false, []);
        var status = StatusText.Of(JsonNode.Parse(ResourceText.ToJson(router))!.AsObject());
        var warnings = router.Status?.Messages.Where(message => !message.IsError).Select(message => $"warning: {message.Path}: {message.Text}");
        return new(service, lines, status.Summary, status.Settled, status.Good, [.. warnings ?? []]);
    }

    /// <summary>Stops an instance that runs, starts one that does not.</summary>
    /// <param name="instance">Which.</param>
    /// <param name="politely">It leaves instead of crashing.</param>
    public async Task ToggleAsync(Instance instance, bool politely)
    {
        Interlocked.Increment(ref _disturbances);
        if (!instance.IsRunning) instance.Start();
        else if (politely) await instance.LeaveAsync().ConfigureAwait(false);
        else await instance.StopAsync().ConfigureAwait(false);
        Interlocked.Increment(ref _disturbances);
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null) await _proxy.DisposeAsync().ConfigureAwait(false);
        if (_controller is not null) await _controller.DisposeAsync().ConfigureAwait(false);
        foreach (var instance in Instances) await instance.DisposeAsync().ConfigureAwait(false);
        foreach (var address in _addresses.Values) address.Dispose();
    }

    private void WriteFirst()
    {
        foreach (var service in DemoService.All)
        {
            _files.Write(MeshYaml.ServiceFile(service), MeshYaml.Service(service, AddressOf(service), InstancesOf(service)));
            if (!_files.Has(MeshYaml.RoutesFile(service))) _files.Write(MeshYaml.RoutesFile(service), MeshYaml.Routes(service, _written));
        }
    }

    private async Task ListeningAsync(CancellationToken cancel)
    {
        for (var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; DemoService.All.Any(service => Routes(service) is null);)
        {
            if (Environment.TickCount64 > end)
                throw new CommandFailedException($"the proxy does not listen for both services. {string.Join(' ', FileProblems)}", ExitCodes.Failed);
            await Task.Delay(PollTime, cancel).ConfigureAwait(false);
        }
    }

    private RouteTableConfig? Routes(string service) => _proxy!.RoutesAt(AddressOf(service));

    /// <summary>All that decides where calls of a service go.</summary>
    private sealed record Moment(RouteTableConfig? Routes, int Disturbances, string Resources);
}
