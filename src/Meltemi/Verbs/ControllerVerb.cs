using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Meltemi.ControlPlane.Api.Access;
using Meltemi.ControlPlane.Hosting;
using Meltemi.ControlPlane.Services;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Program.Verbs;

/// <summary><c>meltemi controller</c>: holds the resources and serves them to proxies, people and kubectl.</summary>
internal static class ControllerVerb
{
    public static Command Create()
    {
        var store = new Option<string>("--store", "-s")
        {
            Description = "Where resources live: files:DIRECTORY, etcd:URL[,URL...][/PREFIX], or memory:.",
            HelpName = "STORE",
            DefaultValueFactory = _ => "files:mesh",
        };
        var xds = Address("--xds", "Where proxies and gRPC clients connect.", 15010);
        var api = Address("--api", "Where the command line and kubectl connect.", 15011);
        var state = new Option<string>("--state-dir")
        {
            Description = "Folder of token, certificate and the record of virtual addresses.",
            HelpName = "DIR",
            DefaultValueFactory = _ => StateDirectory.Default,
        };
        var insecure = new Option<bool>("--insecure-api") { Description = "Serve the API without TLS (kubectl then sends no token and is refused)." };
        var certificate = new Option<string?>("--tls-cert") { Description = "Certificate chain of the API in PEM; default: one made at first start.", HelpName = "FILE" };
        var key = new Option<string?>("--tls-key") { Description = "Its private key in PEM.", HelpName = "FILE" };
        var range = new Option<string>("--virtual-addresses")
        {
            Description = "Range of addresses for services that have none. Those of 127/8 can be listened on without interception.",
            HelpName = "PREFIX",
            DefaultValueFactory = _ => "127.240.0.0/16",
        };
        var root = new Option<string>("--root-namespace")
        {
            Description = "Namespace whose Sidecars, DestinationRules and EnvoyFilters are defaults for all.",
            HelpName = "NAMESPACE",
            DefaultValueFactory = _ => new MeshOptions().RootNamespace,
        };
        var etcd = new EtcdOptions();
        var level = ConfigOptions.LogLevel();
        var codec = ConfigOptions.Codec();
        var command = new Command("controller", """
            Hold the resources of the mesh and serve them: xDS to proxies and gRPC clients, an API to the command line and kubectl. Until SIGINT or SIGTERM.

            Exit codes: 0 stopped, 1 failed, 2 the store cannot be used, 64 wrong command line.
            """) { store, xds, api, state, insecure, certificate, key, range, root, codec, level };
        etcd.AddTo(command);
        command.SetAction((result, cancel) =>
        {
            _ = LogLevels.TryParse(result.GetRequiredValue(level), out var logLevel);
            var options = new ControllerOptions
            {
                Xds = result.GetRequiredValue(xds),
                Api = result.GetRequiredValue(api),
                StateDirectory = result.GetRequiredValue(state),
                Codecs = CodecPlugins.Load(result.GetRequiredValue(codec)),
                Tls = Tls(result.GetValue(insecure), result.GetValue(certificate), result.GetValue(key)),
                Mesh = new MeshOptions { VirtualAddresses = result.GetRequiredValue(range), RootNamespace = result.GetRequiredValue(root) },
            };
            return ControllerProcess.RunAsync(etcd.Read(result, result.GetRequiredValue(store)), options, logLevel, cancel);
        });
        return command;
    }

    private static Option<IPEndPoint> Address(string name, string description, int port) => new(name)
    {
        Description = $"{description} Port 0: a free one.",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, port),
        CustomParser = Parse,
    };

    private static IPEndPoint? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.StartsWith(':')) text = $"127.0.0.1{text}";
        if (text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var address)) return address;
        result.AddError($"'{text}' is not an address such as 127.0.0.1:15010 or :15010.");
        return null;
    }

    private static ApiTls Tls(bool insecure, string? certificate, string? key)
    {
        if ((certificate is null) != (key is null)) throw new CommandFailedException("--tls-cert and --tls-key go together", ExitCodes.Usage);
        if (insecure) return certificate is null ? new NoTls() : throw new CommandFailedException("--insecure-api and --tls-cert exclude each other", ExitCodes.Usage);
        return certificate is null ? new SelfSignedTls() : new FileTls(certificate, key!);
    }
}
