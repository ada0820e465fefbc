using Meltemi.Bench.Micro.Forwarding;

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

    private static void Check(ForwardingRig rig)
    {
        using (rig)
        {
            // Everything has its working size after the first batches; 200 batches of 64 requests must not add a byte.
            rig.Run(50);
            var before = GC.GetAllocatedBytesForCurrentThread();
            rig.Run(200);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }
}
