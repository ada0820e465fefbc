namespace Meltemi.Program;

/// <summary>
/// Where the program keeps what it may lose without harm: tokens, the address of the local controller, last accepted configurations.
/// <c>MELTEMI_STATE</c>, else <c>/var/lib/meltemi</c> for root, else <c>$XDG_STATE_HOME/meltemi</c>, else <c>~/.local/state/meltemi</c>.
/// </summary>
internal static class StateDirectory
{
    /// <summary>The path; it need not exist.</summary>
    public static string Default { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("MELTEMI_STATE") is { Length: > 0 } given) return given;
        if (Environment.IsPrivilegedProcess) return "/var/lib/meltemi";
        if (Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state) return Path.Combine(state, "meltemi");
        return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", "meltemi");
    }
}
