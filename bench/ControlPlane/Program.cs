using System.CommandLine;
using Meltemi.Bench.ControlPlane;

Option<int> services = Number("--services", 10_000), endpoints = Number("--endpoints", 10), proxies = Number("--proxies", 1_000), used = Number("--used", 50);
Option<int> rate = Number("--rate", 100), changes = Number("--changes", 2_000);
var root = new RootCommand("Measures the control plane with a simulated mesh.") { services, endpoints, proxies, used, rate, changes };
root.SetAction((parsed, _) => new Run(new(
    parsed.GetValue(services), parsed.GetValue(endpoints), parsed.GetValue(proxies), parsed.GetValue(used), parsed.GetValue(rate), parsed.GetValue(changes))).GoAsync());
return await root.Parse(args).InvokeAsync();

static Option<int> Number(string name, int value) => new(name) { DefaultValueFactory = _ => value };
