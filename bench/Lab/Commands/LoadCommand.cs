using System.CommandLine;
using System.Net;
using System.Text.Json;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Load;

namespace Meltemi.Bench.Lab.Commands;

/// <summary><c>lab load</c>: one load against any address.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("target") { Description = "Address and port, for instance 127.0.0.1:20880." };
        var protocol = new Option<ProtocolKind>("--protocol") { Description = "dubbo, thrift or bolt." };
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 8 };
        var outstanding = new Option<int>("--outstanding") { Description = "In flight per connection.", DefaultValueFactory = _ => 1 };
        var rate = new Option<int>("--rate") { Description = "Requests a second at fixed times; 0: as fast as answers come." };
        var size = new Option<int>("--size") { Description = "Characters of the argument.", DefaultValueFactory = _ => 40 };
        var requestOnly = new Option<bool>("--request-only") { Description = "The answer does not repeat the argument." };
        var warmUp = new Option<double>("--warm-up") { Description = "Seconds.", DefaultValueFactory = _ => 1 };
        var seconds = new Option<double>("--seconds") { Description = "Seconds measured.", DefaultValueFactory = _ => 5 };
        var command = new Command("load", "Makes one load and prints what it saw as JSON.")
        {
            target, protocol, connections, outstanding, rate, size, requestOnly, warmUp, seconds,
        };
        command.SetAction(parsed =>
        {
            var options = new LoadOptions
            {
                Lane = Array.Find(Lane.All, lane => lane.Protocol == parsed.GetValue(protocol))!,
                Connections = parsed.GetValue(connections),
                Outstanding = parsed.GetValue(outstanding),
                Rate = parsed.GetValue(rate),
                ArgumentLength = parsed.GetValue(size),
                Echo = !parsed.GetValue(requestOnly),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            };
            var result = Generator.Run(options, IPEndPoint.Parse(parsed.GetRequiredValue(target)));
            Console.Out.WriteLine(JsonSerializer.Serialize(result, Report.JsonFile.Options));
            return result.Error is null ? 0 : 2;
        });
        return command;
    }
}
