using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Bench.Lab.Arms;

/// <summary>No proxy: what generator and upstream can do by themselves.</summary>
internal sealed class DirectArm(ServicePorts upstream) : Arm
{
    public override string Name => "direct";

    protected override IReadOnlyDictionary<Lane, int> Ports { get; } = Lane.All.ToDictionary(lane => lane, lane => upstream[lane.Protocol]);

    public override void Start()
    {
        // The upstream runs already.
    }
}
