using System.CommandLine;
using Meltemi.Bench.ControlPlane;

Option<int> services = Number("--services", 10_000, "services of the mesh"), endpoints = Number("--endpoints", 10, "endpoints of each");
Option<int> proxies = Number("--proxies", 1_000, "connected proxies"), used = Number("--used", 50, "services that each of them uses");
Option<int> rate = Number("--rate", 100, "changes of endpoints per second"), changes = Number("--changes", 2_000, "how many of them");
var alone = new Option<bool>("--alone") { Description = "the push side alone, without network" };
var status = new Option<bool>("--status") { Description = "with the status of every resource kept true, as the controller does" };
var root = new RootCommand("Measures the control plane with a simulated mesh.") { services, endpoints, proxies, used, rate, changes, alone, status };
root.SetAction((parsed, _) => new Run(
    new(parsed.GetValue(services), parsed.GetValue(endpoints), parsed.GetValue(proxies), parsed.GetValue(used), parsed.GetValue(rate), parsed.GetValue(changes)),
    network: !parsed.GetValue(alone), parsed.GetValue(status)).GoAsync());

var address = new Option<Uri>("--address") { Required = true, CustomParser = result => new Uri(result.Tokens[0].Value) };
var count = Number("--proxies", 1_000, "how many");
var clients = new Command("proxies", "The proxies' half of a run; started by it.") { address, count };
clients.SetAction((parsed, _) => ProxiesProcess.ServeAsync(parsed.GetValue(address)!, parsed.GetValue(count)));
root.Subcommands.Add(clients);
return await root.Parse(args).InvokeAsync();

static Option<int> Number(string name, int value, string what) => new(name) { DefaultValueFactory = _ => value, Description = what };
