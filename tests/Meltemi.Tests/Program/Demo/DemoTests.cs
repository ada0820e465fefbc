using System.Text.RegularExpressions;
using Meltemi.Program.Demo;
using Meltemi.Program.Demo.Traffic;
using Meltemi.Program.Demo.Views;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Program.Demo;

public class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_short_run_sees_every_weight_and_the_rule_for_jason()
    {
        var output = new StringWriter();
        var options = new DemoOptions { Plain = true, Duration = TimeSpan.FromMilliseconds(500) };
        var log = new CapturedLog();
        var summary = await DemoRunner.RunAsync(options, output, log.Log, default);
        summary.Write(output);
        log.Verify();

        Assert.True(summary.Succeeded, output.ToString());
        foreach (var rules in DemoRules.Tour)
        {
            foreach (var service in DemoService.All)
            {
                var count = Assert.Single(summary.Shares, share => share.Service == service && share.Count.Rules == rules).Count;
                Assert.True(count.IsEnough && count.Fits, output.ToString());
            }
        }

        Assert.Matches(new Regex("^ok: [0-9]+ calls, 0 errors$", RegexOptions.Multiline), output.ToString());
        Assert.Matches(new Regex("^thrift  user = jason -> v2; all others -> v1   \\[Accepted; Resolved; Programmed \\(1 of 1 proxy\\)]$", RegexOptions.Multiline), output.ToString());
        var directory = new Regex("^files   (/.*)$", RegexOptions.Multiline).Match(output.ToString()).Groups[1].Value;
        Assert.False(Directory.Exists(directory), directory);
    }

    [Fact]
    public async Task Stopping_it_ends_it_with_a_summary()
    {
        using var stop = new CancellationTokenSource();
        var output = new FirstLine();
        var run = DemoRunner.RunAsync(new DemoOptions { Plain = true }, output, Log.None, stop.Token);
        await output.Written;
        await stop.CancelAsync();
        Assert.Equal(0, (await run).Unexplained);
    }

    [Fact]
    public async Task Rules_change_under_an_open_connection()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoRules(0));
        var mesh = demo.Mesh;
        var keys = new Keys(mesh);
        await using var dubbo = new DubboCaller(mesh.AddressOf(DemoService.Dubbo), new Random(1));
        await using var thrift = new ThriftCaller(mesh.AddressOf(DemoService.Thrift), new Random(1), DemoRules.Jason);
        Assert.Equal(("v1", "v1"), (await AskAsync(dubbo, "ann"), await AskAsync(thrift, DemoRules.Jason)));
        await keys.ObeyAsync('9');
        await mesh.InForceAsync(new(100), default).WaitAsync(Patience);
        Assert.Equal(("v2", "v2"), (await AskAsync(dubbo, "ann"), await AskAsync(thrift, DemoRules.Jason)));
        await keys.ObeyAsync('0');
        await mesh.InForceAsync(new(0), default).WaitAsync(Patience);
        Assert.Equal(("v1", "v1"), (await AskAsync(dubbo, DemoRules.Jason), await AskAsync(thrift, DemoRules.Jason)));
        await keys.ObeyAsync('j');
        await mesh.InForceAsync(new(0, JasonToV2: true), default).WaitAsync(Patience);
        Assert.Equal(("v2", "v2"), (await AskAsync(dubbo, DemoRules.Jason), await AskAsync(thrift, DemoRules.Jason)));
        Assert.Equal("v1", await AskAsync(dubbo, "ann"));
        Assert.Equal(2, mesh.OpenConnections);
    }

    [Fact]
    public async Task A_crashed_instance_is_seen_until_it_is_back()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoRules(100));
        var mesh = demo.Mesh;
        await using var caller = new DubboCaller(mesh.AddressOf(DemoService.Dubbo), new Random(1));
        var only = mesh.Instances.Single(instance => instance.Name == "dubbo-v2-a");
        Assert.Equal("v2", await AskAsync(caller, null));
        await mesh.ToggleAsync(only, politely: false);
        Assert.Null(mesh.PeriodOf(DemoService.Dubbo));
        await Assert.ThrowsAsync<DubboService.DubboCallException>(() => AskAsync(caller, null));
        await mesh.ToggleAsync(only, politely: false);
        Assert.NotNull(mesh.PeriodOf(DemoService.Dubbo));
        Assert.Equal("v2", await AskAsync(caller, null));
    }

    [Fact]
    public async Task Nobody_notices_an_instance_that_leaves_politely()
    {
        await using var demo = await RunningDemo.StartAsync(new DemoRules(0));
        var mesh = demo.Mesh;
        await using var caller = new DubboCaller(mesh.AddressOf(DemoService.Dubbo), new Random(1));
        for (var i = 0; i < 50; i++) await AskAsync(caller, null); // both instances know the proxy, so that both can ask it to leave them alone
        await new Keys(mesh).ObeyAsync('g');
        for (var i = 0; i < 8; i++) Assert.Equal("v1", await AskAsync(caller, null));
        Assert.Single(mesh.Instances, instance => !instance.IsRunning);
    }

    private static Task<string> AskAsync(Caller caller, string? user) => caller.CallAsync("sayHello", user, CancellationToken.None);

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            _written.TrySetResult();
        }
    }
}
