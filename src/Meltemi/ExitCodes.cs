namespace Meltemi.Program;

/// <summary>What the program ends with; scripts rely on the numbers. Documented in docs/cli.md.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>What was asked for did not succeed; <c>validate</c>: there are errors.</summary>
    public const int Failed = 1;

    /// <summary>The configuration cannot be used, so nothing was started.</summary>
    public const int BadConfiguration = 2;

    /// <summary>The command line is wrong (<c>EX_USAGE</c>).</summary>
    public const int Usage = 64;
}
