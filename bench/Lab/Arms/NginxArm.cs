using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>nginx's stream proxy with two workers, each with its own listening socket.</summary>
internal sealed class NginxArm(ServicePorts upstream, string folder) : Arm
{
    // Debian builds stream as a module of its own; other builds have it inside.
    private const string Module = "/usr/lib/nginx/modules/ngx_stream_module.so";

    // As for HAProxy.
    private const int BufferSize = 64 * 1024;

    public override string Name => "nginx";

    public override void Start()
    {
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, Configuration());
        Process = new ChildProcess("nginx", "-p", folder, "-c", file, "-e", "stderr");
    }

    private string Configuration() => $$"""
        {{(File.Exists(Module) ? $"load_module {Module};" : "")}}
        daemon off;
        pid {{Path.Combine(folder, "nginx.pid")}};
        worker_processes 2;
        error_log stderr crit;
        events {
          worker_connections 8192;
          multi_accept on;
        }
        stream {
          tcp_nodelay on;
          proxy_buffer_size {{BufferSize}};
          proxy_timeout 1h;
        {{string.Join('\n', Ports.Select(port => Server(port.Key, port.Value)))}}
        }

        """;

    private string Server(Lane lane, int port) => $$"""
          server {
            listen 127.0.0.1:{{port}} reuseport backlog=4096;
            proxy_pass 127.0.0.1:{{upstream[lane.Protocol]}};
          }
        """;
}
