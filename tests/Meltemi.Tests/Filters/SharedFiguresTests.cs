using System.Runtime.CompilerServices;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Filters.Concurrency;
using Meltemi.Proxy.Filters.RateLimits.Local;
using Meltemi.Tests.Support;
using static Meltemi.Tests.Support.MemoryMesh;

namespace Meltemi.Tests.Filters;

/// <summary>Figures that filters share go with the last of them.</summary>
public class SharedFiguresTests
{
    private static readonly string[] Names =
        ["envoy_meta_protocol_local_rate_limit_ok", "envoy_listener_concurrency_limit_rq_active", "envoy_listener_adaptive_concurrency_gradient_controller_gradient"];

    [Fact]
    public void Figures_of_limits_are_given_back_when_no_configuration_has_them()
    {
        using var mesh = new MemoryMesh();
        var server = mesh.Kernel.Serve();
        Apply(mesh, [
            new(LocalRateLimitFilter.FilterName, new LocalRateLimitConfig { StatPrefix = "p", Rules = [new([], new(1, 1, TimeSpan.FromSeconds(1)))] }),
            new(ConcurrencyLimitFilter.FilterName, new ConcurrencyLimitConfig { MaxConcurrency = 1 }),
            new(AdaptiveConcurrencyFilter.FilterName, new AdaptiveConcurrencyConfig { UpdateInterval = TimeSpan.FromSeconds(1) }),
        ]);
        Assert.All(Names, name => Assert.Contains(name, Text()));

        Apply(mesh, []);
        for (var attempts = 0; attempts < 10 && Names.Any(Text().Contains); attempts++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.All(Names, name => Assert.DoesNotContain(name, Text()));

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Apply(MemoryMesh mesh, FilterConfig[] filters) => mesh.Apply([Route()], [Cluster("main", [server])], chain => chain with { Filters = [.. filters] });

        string Text() => mesh.Proxy.Metrics.Prometheus();
    }
}
