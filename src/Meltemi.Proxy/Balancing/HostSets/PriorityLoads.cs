namespace Meltemi.Proxy.Balancing.HostSets;

/// <summary>
/// How requests are shared between priorities, as Envoy does it. A priority bears requests in proportion to its available endpoints times the
/// overprovisioning factor: with the usual 140 % it takes all of them as long as 72 % of its endpoints are there. What it cannot bear goes to the next. If
/// all together bear less than everything, they share by what they bear.
/// </summary>
internal static class PriorityLoads
{
    /// <summary>The shares in percent; they add up to 100, or to 0 if no endpoint is available.</summary>
    /// <param name="available">Available endpoints of each priority.</param>
    /// <param name="total">All endpoints of each priority.</param>
    /// <param name="overprovisioning">The factor in percent.</param>
    /// <param name="shares">Gets the shares.</param>
    public static void Share(ReadOnlySpan<int> available, ReadOnlySpan<int> total, int overprovisioning, Span<int> shares)
    {
        var sum = 0;
        for (var i = 0; i < shares.Length; i++)
            sum += shares[i] = total[i] == 0 ? 0 : (int)Math.Min(100, (long)overprovisioning * available[i] / total[i]);

        // One endpoint of thousands rounds to nothing, but is better than nothing.
        if (sum == 0)
        {
            for (var i = 0; i < shares.Length; i++) sum += shares[i] = available[i] > 0 ? 1 : 0;
        }

        if (sum == 0) return;
        var (all, left) = (Math.Min(100, sum), 100);
        for (var i = 0; i < shares.Length; i++) left -= shares[i] = Math.Min(left, shares[i] * 100 / all);

        // What rounding left over goes to the first that has any.
        for (var i = 0; left > 0; i++)
        {
            if (shares[i] == 0) continue;
            shares[i] += left;
            left = 0;
        }
    }
}
