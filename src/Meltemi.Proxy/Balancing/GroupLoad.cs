namespace Meltemi.Proxy.Balancing;

/// <summary>Requests in flight from one loop to all endpoints of a group; for algorithms that compare an endpoint with the average.</summary>
internal sealed class GroupLoad
{
    /// <summary>The sum; the slots that joined keep it.</summary>
    public int Active { get; set; }
}
