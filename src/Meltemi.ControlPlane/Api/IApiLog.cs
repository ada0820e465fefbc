namespace Meltemi.ControlPlane.Api;

/// <summary>What the API has to say to whoever runs it. Sentences; members are safe from any thread.</summary>
public interface IApiLog
{
    /// <summary>Something happened that is good to know.</summary>
    void Info(string message);

    /// <summary>Something is not as it should be; the API goes on.</summary>
    void Warning(string message);

    /// <summary>A request failed by our own fault.</summary>
    void Error(string message, Exception? cause);
}

/// <summary>Says nothing.</summary>
public sealed class SilentApiLog : IApiLog
{
    /// <summary>The only one that is needed.</summary>
    public static SilentApiLog Instance { get; } = new();

    /// <inheritdoc/>
    public void Info(string message)
    {
    }

    /// <inheritdoc/>
    public void Warning(string message)
    {
    }

    /// <inheritdoc/>
    public void Error(string message, Exception? cause)
    {
    }
}
