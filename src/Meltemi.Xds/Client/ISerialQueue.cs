namespace Meltemi.Xds.Client;

/// <summary>Runs one thing after the other: what is only touched there needs no locks.</summary>
public interface ISerialQueue
{
    /// <summary>The clock of <see cref="After"/>.</summary>
    TimeProvider Time { get; }

    /// <summary>Runs it later, in order. From any thread.</summary>
    void Post(Action action);

    /// <summary>Runs it after a time, unless the answer is disposed before.</summary>
    IDisposable After(TimeSpan delay, Action action);
}

/// <summary>Waiting for what a queue runs.</summary>
public static class SerialQueueExtensions
{
    /// <summary>Runs it in its turn; completes with its result or exception.</summary>
    public static Task<T> RunAsync<T>(this ISerialQueue queue, Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Post(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
