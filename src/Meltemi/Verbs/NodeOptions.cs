using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using Envoy.Config.Core.V3;
using Meltemi.Proxy.Config.Translation;

namespace Meltemi.Program.Verbs;

/// <summary>The options that stand for a bootstrap: who the proxy is, and which controller tells it what to do.</summary>
internal sealed class NodeOptions
{
    private readonly Option<string[]> _controller = new("--controller")
    {
        Description = "Controllers to have everything from, instead of a file.",
        HelpName = "HOST:PORT[,HOST:PORT]",
        CustomParser = ParseControllers,
    };

    private readonly Option<string> _id = new("--id")
    {
        Description = "Name of this proxy; the host's name by default.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Environment.MachineName,
    };

    private readonly Option<string> _namespace = new("--namespace", "-n") { Description = "Namespace that it belongs to.", HelpName = "NS", DefaultValueFactory = _ => "default" };

    private readonly Option<Dictionary<string, string>> _labels = new("--labels")
    {
        Description = "Labels by which resources select it, such as app=cart,version=v1.",
        HelpName = "KEY=VALUE,...",
        CustomParser = ParseLabels,
    };

    private readonly Option<IPAddress> _ip = new("--ip")
    {
        Description = "Address of the workload that it stands beside; this machine's first one by default.",
        HelpName = "IP",
        CustomParser = ParseAddress,
    };

    private readonly Option<IPEndPoint> _admin = new("--admin")
    {
        Description = "Where the admin interface listens; 127.0.0.1:15000 by default.",
        HelpName = "IP:PORT",
        CustomParser = ParseEndPoint,
    };

    private readonly Option<Locality> _locality = new("--locality")
    {
        Description = "Where it stands, such as eu/eu-1; by it near endpoints come first where the mesh says so.",
        HelpName = "REGION[/ZONE[/SUBZONE]]",
        CustomParser = ParseLocality,
    };

    private readonly Option<bool> _gateway = new("--gateway") { Description = "A gateway at the edge of the mesh, not a sidecar." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_controller, _id, _namespace, _labels, _ip, _locality, _admin, _gateway]) command.Add(option);
    }

    /// <summary>The bootstrap that was asked for; null: none.</summary>
    public ControllerBootstrap? Read(ParseResult result) => result.GetValue(_controller) is not { Length: > 0 } controllers ? null : new()
    {
        Controllers = controllers,
        Name = result.GetRequiredValue(_id),
        Namespace = result.GetRequiredValue(_namespace),
        Labels = result.GetValue(_labels) ?? [],
        Address = result.GetValue(_ip) ?? ControllerBootstrap.OwnAddress(),
        Locality = result.GetValue(_locality),
        IsGateway = result.GetValue(_gateway),
        Admin = result.GetValue(_admin) ?? new IPEndPoint(IPAddress.Loopback, 15000),
    };

    private static string[] ParseControllers(ArgumentResult result)
    {
        var controllers = result.Tokens.SelectMany(token => token.Value.Split(',')).ToArray();
        foreach (var controller in controllers)
        {
            if (ConfigSources.Target(controller) is null) result.AddError($"--controller must be HOST:PORT, several with commas between, not '{controller}'.");
        }

        return controllers;
    }

    private static Dictionary<string, string> ParseLabels(ArgumentResult result)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = label.IndexOf('=', StringComparison.Ordinal);
            if (at > 0) labels[label[..at]] = label[(at + 1)..];
            else result.AddError($"--labels must be KEY=VALUE, several with commas between, not '{label}'.");
        }

        return labels;
    }

    private static Locality? ParseLocality(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Split('/') is { Length: <= 3 } parts && parts.All(part => part.Length > 0))
            return new() { Region = parts[0], Zone = parts.ElementAtOrDefault(1) ?? "", SubZone = parts.ElementAtOrDefault(2) ?? "" };
        result.AddError($"--locality must be REGION, REGION/ZONE or REGION/ZONE/SUBZONE, not '{text}'.");
        return null;
    }

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
        result.AddError($"--ip must be an IP address, not '{result.Tokens[0].Value}'.");
        return null;
    }

    private static IPEndPoint? ParseEndPoint(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (IPEndPoint.TryParse(text, out var address) && (text.EndsWith($":{address.Port}", StringComparison.Ordinal) || address.AddressFamily == AddressFamily.InterNetworkV6))
            return address;
        result.AddError($"--admin must be IP:PORT, not '{text}'.");
        return null;
    }
}
