using DubboService;
using ThriftService;

namespace Meltemi.Program.Demo;

/// <summary>One running copy of a sample service. It keeps its port when it is stopped and started again.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(2);
    private IAsyncDisposable? _server;

    /// <summary>Starts on a free port.</summary>
    public Instance(string service, string version, string letter)
    {
        Service = service;
        Version = version;
        Name = $"{service}-{version}-{letter}";
        Start();
    }

    public string Service { get; }

    public string Version { get; }

    public string Name { get; }

    public int Port { get; private set; }

    public bool IsRunning => _server is not null;

    /// <exception cref="System.Net.Sockets.SocketException">Its port was taken by another program meanwhile.</exception>
    public void Start()
    {
        if (Service == DemoService.Dubbo)
        {
            var server = new DubboServer(new GreetingService(Version, Name).HandleAsync, Port);
            (_server, Port) = (server, server.Port);
        }
        else
        {
            var server = new GreeterServer(Version, Name, Port);
            (_server, Port) = (server, server.Port);
        }
    }

    /// <summary>Ends at once, as a crash does.</summary>
    public ValueTask StopAsync() => Interlocked.Exchange(ref _server, null)?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Ends as Dubbo providers do: it asks to be left alone first. Thrift has no word for that, so there it is a stop.</summary>
    public async ValueTask LeaveAsync()
    {
        var server = Interlocked.Exchange(ref _server, null);
        if (server is DubboServer dubbo) await dubbo.LeaveAsync(LeaveTime).ConfigureAwait(false);
        else if (server is not null) await server.DisposeAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => StopAsync();
}
