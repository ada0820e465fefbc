namespace Meltemi.Program;

/// <summary>Ends a verb with a message for the person at the terminal, and an exit code.</summary>
public sealed class CommandFailedException(string message, int exitCode) : Exception(message)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
