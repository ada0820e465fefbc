namespace Meltemi.Program;

/// <summary>The running data plane: from a valid configuration to the end of draining.</summary>
public static class ProxyProcess
{
    /// <summary>Serves until SIGINT or SIGTERM, then drains; the answer is the exit code.</summary>
    public static int Run(ProxyOptions options) => throw new NotImplementedException("the data plane is not joined to the program yet");
}
