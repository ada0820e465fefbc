using Meltemi.Program;
using Meltemi.Program.Demo;
using Meltemi.Program.Demo.Resources;
using Meltemi.Program.Demo.Traffic;
using Meltemi.Proxy.Telemetry.Logging;

namespace Meltemi.Tests.Program.Demo;

public class EditTests
{
    private static readonly string Routes = MeshYaml.RoutesFile(DemoService.Dubbo);

    [Fact]
    public async Task An_edit_by_hand_moves_the_shares_and_the_status_and_drops_nothing()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoRules(10));
        var ledger = new Ledger();
        using var end = new CancellationTokenSource();
        var load = new LoadGenerator(demo.Mesh, ledger).RunAsync(end.Token);
        await demo.UntilAsync(() => ledger.CountShares(new(10), DemoService.Dubbo).IsEnough);
        var connections = demo.Mesh.OpenConnections;

        demo.Edit(Routes, text => text.Replace("weight: 90", "weight: 30").Replace("weight: 10", "weight: 70"));
        await demo.UntilAsync(() => ledger.CountShares(new(70), DemoService.Dubbo).IsEnough);
        var report = demo.Mesh.Report(DemoService.Dubbo);
        Assert.Equal(["all calls -> v1 30 %, v2 70 %"], report.Routes);
        Assert.Equal("Accepted; Resolved; Programmed (1 of 1 proxy)", report.Status);
        Assert.Equal(new DemoRules(10), demo.Mesh.RulesOf(DemoService.Thrift));
        Assert.Equal(connections, demo.Mesh.OpenConnections);

        await end.CancelAsync();
        await load;
        var summary = Summary.Of(ledger);
        Assert.True(summary.Succeeded, summary.LastError ?? string.Join('\n', summary.Shares));
        Assert.All(summary.Calls.Services.Values, service => Assert.Equal(0, service.All.Errors));
    }

    [Fact]
    public async Task A_broken_file_is_shown_with_its_line_and_the_last_good_rules_go_on()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoRules(100));
        var period = demo.Mesh.PeriodOf(DemoService.Dubbo);
        demo.Edit(Routes, text => text.Replace("subset: v2 }", "subset: v2"));
        await demo.UntilAsync(() => demo.Mesh.FileProblems.Count > 0);
        Assert.Matches(@"^dubbo-routes\.yaml: (line )?1[0-9]\b", Assert.Single(demo.Mesh.FileProblems));
        await using var caller = new DubboCaller(demo.Mesh.AddressOf(DemoService.Dubbo), new Random(1));
        for (var i = 0; i < 4; i++) Assert.Equal("v2", await caller.CallAsync("sayHello", null, default));
        Assert.Same(period, demo.Mesh.PeriodOf(DemoService.Dubbo));

        demo.Mesh.Write(new DemoRules(0));
        await demo.Mesh.InForceAsync(new(0), default).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(demo.Mesh.FileProblems);
        Assert.Equal("v1", await caller.CallAsync("sayHello", null, default));
    }

    [Fact]
    public async Task A_second_demo_in_the_same_directory_is_refused_and_changes_nothing()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoRules(0));
        using var files = new MeshFiles(demo.Mesh.Directory);
        var refused = await Assert.ThrowsAsync<CommandFailedException>(() => DemoMesh.StartAsync(new(100), files, Log.None, default));
        Assert.Contains("in use", refused.Message);
        Assert.Equal(demo.Mesh.RulesToChange(), demo.Mesh.RulesOf(DemoService.Thrift));
        await using var caller = new ThriftCaller(demo.Mesh.AddressOf(DemoService.Thrift), new Random(1), null);
        Assert.Equal("v1", await caller.CallAsync("sayHello", null, default));
    }

    [Fact]
    public async Task The_status_tells_of_a_subset_that_is_not_there()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoRules(50));
        demo.Edit(Routes, text => text.Replace("subset: v2", "subset: v3"));
        await demo.UntilAsync(() => demo.Mesh.Report(DemoService.Dubbo).Status.Contains("v3"));
        Assert.Contains("not Resolved", demo.Mesh.Report(DemoService.Dubbo).Status);
        Assert.Null(demo.Mesh.RulesOf(DemoService.Dubbo));
        Assert.NotNull(demo.Mesh.PeriodOf(DemoService.Thrift));
    }
}
