using System.Diagnostics;

namespace Meltemi.Tests.Support;

/// <summary>Prometheus' own checker, from Debian's package prometheus.</summary>
internal static class Promtool
{
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(directory => System.IO.Path.Combine(directory, "promtool")).FirstOrDefault(File.Exists);

    public static (int ExitCode, string Complaints) CheckMetrics(string text)
    {
        if (Path is null) throw new InvalidOperationException("promtool is not on PATH: install the package prometheus");
        using var process = Process.Start(new ProcessStartInfo(Path, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(text);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, errors.Result + output.Result);
    }
}

/// <summary>A fact that needs promtool: without it the test fails under CI and is skipped elsewhere, saying why.</summary>
internal sealed class SkippableByPromtoolFactAttribute : FactAttribute
{
    public SkippableByPromtoolFactAttribute()
    {
        var optional = Environment.GetEnvironmentVariable("CI") != "true";
        if (Promtool.Path is null && optional) Skip = "promtool is not on PATH: install the package prometheus";
    }
}
