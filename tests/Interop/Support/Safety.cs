namespace Meltemi.Interop.Tests.Support;

/// <summary>The bound of every wait. It is no expectation, only the end of a test that would hang.</summary>
internal static class Safety
{
    /// <summary>Far beyond what anything here takes, on a busy machine too.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Waits; at the limit it fails with what was seen until then.</summary>
    public static async Task<T> WithinLimit<T>(this Task<T> task, Func<string> seen)
    {
        try
        {
            return await task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"nothing came for {Limit}; seen so far: {seen()}");
        }
    }

    /// <summary>Waits for a state that another thread brings about.</summary>
    public static async Task Until(Func<bool> state, Func<string> seen)
    {
        var end = DateTime.UtcNow + Limit;
        while (!state())
        {
            if (DateTime.UtcNow > end) throw new TimeoutException($"the state did not come within {Limit}; seen so far: {seen()}");
            await Task.Delay(5);
        }
    }
}
