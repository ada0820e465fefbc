using System.Net;
using System.Net.Sockets;
using System.Text;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>
/// Our proxy at layer 7, routing by what is in the requests, with admin interface and metrics on; or, as the arm <c>policies</c>, with every traffic
/// policy configured too and nothing for them to do.
/// </summary>
internal sealed class MeltemiArm(ServicePorts upstream, string folder, MeltemiProgram program, bool policies) : Arm
{
    private readonly int _adminPort = FreePort.Next();

    public override string Name => policies ? "policies" : "meltemi";

    public override void Start()
    {
        var file = Path.Combine(folder, $"{Name}.yaml");
        File.WriteAllText(file, MeltemiBootstrap.Yaml(Ports, upstream, _adminPort, policies ? IdlePolicies.All : IdlePolicies.None));
        Process = program.Run(["proxy", "-c", file]);
    }

    public override void WaitUntilReady() => WaitUntil(IsReady);

    private bool IsReady()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 2000 };
        try
        {
            socket.Connect(IPAddress.Loopback, _adminPort);
            socket.Send("GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
            var answer = new byte[64];
            var length = socket.Receive(answer);
            return Encoding.ASCII.GetString(answer, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
