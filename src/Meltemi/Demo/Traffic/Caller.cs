namespace Meltemi.Program.Demo.Traffic;

/// <summary>A client with one connection to the proxy, which makes one call at a time.</summary>
internal abstract class Caller : IAsyncDisposable
{
    /// <summary>One of <see cref="DemoService"/>.</summary>
    public abstract string Service { get; }

    /// <summary>What the next call is.</summary>
    public abstract (string Method, string? User) Next();

    /// <summary>Calls, and connects first if need be; the answer is checked, and tells which version gave it.</summary>
    public abstract Task<string> CallAsync(string method, string? user, CancellationToken cancel);

    /// <summary>Closes the connection; the next call opens another.</summary>
    public abstract ValueTask DisposeAsync();
}
