using System.Globalization;
using Meltemi.Program.Demo.Traffic;

namespace Meltemi.Program.Demo;

/// <summary>What a run came to.</summary>
internal sealed record Summary
{
    /// <summary>All calls by service, version and method.</summary>
    public required Snapshot Calls { get; init; }

    /// <summary>What was seen under each set of rules, by service.</summary>
    public required IReadOnlyList<(string Service, ShareCount Count)> Shares { get; init; }

    /// <summary>Failed calls that nothing explains that was done by hand.</summary>
    public required int Unexplained { get; init; }

    /// <summary>The last failure; null: there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>Calls succeeded, and went where the rules say.</summary>
    public bool Succeeded =>
        Unexplained == 0 && Shares.All(share => share.Count.Fits)
        && Calls.Services.Values.All(service => service.All.Calls > service.All.Errors);

    public static Summary Of(Ledger ledger) => new()
    {
        Calls = ledger.TakeSecond(),
        Shares = ledger.AllShares(),
        Unexplained = ledger.Unexplained,
        LastError = ledger.LastError,
    };

    public void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("service  version  method           calls   errors   p50 ms   p99 ms");
        foreach (var row in Calls.Rows)
        {
            var all = row.All;
            var figures = Invariant($"{all.Calls,8} {all.Errors,8} {all.P50,8:0.00} {all.P99,8:0.00}");
            output.WriteLine($"{row.Service,-7}  {row.Version,-7}  {row.Method,-13} {figures}");
        }

        output.WriteLine();
        output.WriteLine("rules                      service    calls   to v2    of jason to v2");
        foreach (var (service, count) in Shares)
        {
            var jason = count.Rules.JasonToV2 ? $"{count.JasonToV2} of {count.Jason}" : "-";
            var figures = Invariant($"{count.Calls,8} {count.Percent,6:0.0}%    {jason,-14}");
            output.WriteLine($"{count.Rules,-26} {service,-7} {figures}  {(count.Fits ? "fits" : "DOES NOT FIT")}");
        }

        output.WriteLine();
        if (LastError is not null) output.WriteLine($"last error: {LastError}");
        output.WriteLine(Verdict());
    }

    private string Verdict()
    {
        var calls = Calls.Services.Values.Sum(service => service.All.Calls);
        var errors = Calls.Services.Values.Sum(service => service.All.Errors);
        var explained = errors > Unexplained ? $" ({errors - Unexplained} while an instance was stopped or routes were written by hand)" : "";
        return $"{(Succeeded ? "ok" : "FAILED")}: {calls} calls, {errors} errors{explained}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
