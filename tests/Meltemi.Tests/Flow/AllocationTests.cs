using Meltemi.Bench.Micro.Forwarding;
using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Flow;

/// <summary>The gate: a request forwarded there and back, routed by attributes and counted, allocates nothing.</summary>
public class AllocationTests
{
    [Fact]
    public void Forwarding_a_Dubbo_request_allocates_nothing() => Check(Rigs.Dubbo(batch: 64));

    [Fact]
    public void Forwarding_a_Thrift_call_allocates_nothing() => Check(Rigs.Thrift(batch: 64));

    [Fact]
    public void A_local_rate_limit_allocates_nothing() => Check(Rigs.DubboLimited(batch: 64));

    [Theory]
    [InlineData("nothing", 0u)] // nobody is drawn
    [InlineData("gold", 100u)] // everybody is, and asks for nothing
    public void Faults_that_nobody_has_allocate_nothing(string user, uint percent) => Check(Rigs.Dubbo(64, route => route with
    {
        Fault = new FaultConfig
        {
            Delay = new(FaultDelayKind.Asked, TimeSpan.Zero, new(percent, 100)),
            Abort = new(null, new(percent, 100)),
            Match = [new("user", new ExactMatch(user)), new("source.ip", new PrefixMatch("127."))],
        },
    }));

    [Fact]
    public void Outlier_detection_slow_start_and_lives_of_connections_allocate_nothing() => Check(Rigs.Dubbo(64).WithCluster(cluster => cluster with
    {
        Outliers = new() { SplitLocalOriginErrors = true },
        Balancer = new() { SlowStart = new() { Window = TimeSpan.FromMinutes(1) } },
        ConnectionLife = new() { MaxDuration = TimeSpan.FromHours(1), MaxRequests = int.MaxValue },
    }));

    [Fact]
    public void Forwarding_with_a_retry_that_is_not_needed_allocates_nothing() => Check(Rigs.Dubbo(64, route => route with { Retry = Rigs.Retry }));

    [Fact]
    public void Forwarding_with_a_retry_for_connections_that_fail_allocates_nothing() =>
        Check(Rigs.Dubbo(64, route => route with { Retry = new() { On = ["connect-failure"], MaxRetries = 2 } }));

    [Fact]
    public void All_policies_without_anything_to_do_allocate_nothing() => Check(Rigs.DubboWithIdlePolicies(64));

    [Fact]
    public void Bounds_on_the_requests_in_flight_allocate_nothing() => Check(Rigs.DubboBounded(batch: 64));

    [Fact]
    public void Trying_again_allocates_nothing() => Check(Rigs.FailingDubbo(batch: 64), turns: 10_000_000);

    [Theory]
    [InlineData(0u)] // nobody is drawn
    [InlineData(100u)] // everybody is, and dropped
    public void Mirrors_without_endpoints_allocate_nothing(uint percent) =>
        Check(Rigs.Dubbo(64, route => route with { Mirrors = [new("empty", new(percent, 100)), new("empty", new(percent, 100))] }));

    [Fact]
    public void Templates_of_requests_and_answers_allocate_nothing() => Check(Rigs.Dubbo(64, route => route with
    {
        RequestMutations = [new(ChangeKind.Set, "user", "%REQ(user)%"), new(ChangeKind.Set, "group", "%REQ(group):5%")],
        ResponseMutations = [new(ChangeKind.Set, "about", "%REQ(user)% at %START_TIME% from %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%")],
    }));

    [Fact]
    public void Weights_by_hash_allocate_nothing() => Check(Rigs.Dubbo(64, route => route with
    {
        Clusters = [new("main", 90), new("main", 10)],
        HashPolicies = [new("user")],
        SplitsByHash = true,
    }));

    private static void Check(ForwardingRig rig, int turns = 8)
    {
        using (rig)
        {
            // Everything has its working size after the first batches; 200 batches of 64 requests must not add a byte. What happens once in the life
            // of a process may happen here on a slow machine, and then not again; what a request allocates, all of them do.
            rig.Run(50, turns);
            var added = long.MaxValue;
            for (var attempts = 0; attempts < 3 && added > 0; attempts++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                rig.Run(200, turns);
                added = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.Equal(0, added);
        }
    }
}
