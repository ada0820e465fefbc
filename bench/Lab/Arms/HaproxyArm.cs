using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>HAProxy as a layer-4 proxy with two threads and no logging.</summary>
internal sealed class HaproxyArm(ServicePorts upstream, string folder) : Arm
{
    // Four times the default: a third less processor time for messages of 120 kB, no difference for small ones.
    private const int BufferSize = 64 * 1024;

    public override string Name => "haproxy";

    public override void Start()
    {
        var file = Path.Combine(folder, "haproxy.cfg");
        File.WriteAllText(file, Configuration());
        Process = new ChildProcess("haproxy", "-db", "-q", "-f", file);
    }

    private string Configuration() => $"""
        global
          nbthread 2
          maxconn 8000
          tune.bufsize {BufferSize}

        defaults
          mode tcp
          maxconn 8000
          timeout connect 5s
          timeout client 1h
          timeout server 1h

        {string.Join('\n', Ports.Select(port => Listen(port.Key, port.Value)))}

        """;

    private string Listen(Lane lane, int port) => $"""
        listen {lane.Name}
          bind 127.0.0.1:{port} backlog 4096
          server upstream 127.0.0.1:{upstream[lane.Protocol]}
        """;
}
