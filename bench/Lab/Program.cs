using System.CommandLine;
using Meltemi.Bench.Lab.Commands;

return new RootCommand("Measures the proxy beside its peers on one machine.")
{
    UpstreamCommand.Create(),
    RunCommand.Create(),
    LoadCommand.Create(),
}.Parse(args).Invoke();
