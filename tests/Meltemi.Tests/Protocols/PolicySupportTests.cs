using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Protocols;

/// <summary>The table in docs/traffic-policies.md of which protocol can have which policy is what the codecs say.</summary>
public class PolicySupportTests
{
    private const string Begin = "<!-- made from CodecInfo; PolicySupportTests says what it must be -->";
    private const string End = "<!-- end -->";

    private static readonly (string Policy, Func<CodecInfo, bool> Has)[] Rows =
    [
        ("circuit breakers, concurrency limits, rate limits, faults, outlier detection, slow start, traffic split", _ => true),
        ("retries, hedging, mirrors, life of connections", info => info.PoolMode != PoolMode.Bound),
        ("the loser of a hedge is cancelled", info => info.Cancels),
        ("time limit from the request itself", info => info.TimeoutAttribute is not null),
        ("health check by heartbeat", info => info.Heartbeats),
        ("health check by a call of its own", _ => true),
        ("servers ask to be left alone, and are", info => info.GoAway),
        ("mutations of requests, marked mirrors", info => info.CanMutate.HasFlag(CanMutate.Requests)),
        ("mutations of answers, sessions that clients carry", info => info.CanMutate.HasFlag(CanMutate.Responses)),
    ];

    [Fact]
    public void The_table_of_policies_is_up_to_date()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "traffic-policies.md")).ReplaceLineEndings("\n");
        var start = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var there = page[start..page.IndexOf(End, StringComparison.Ordinal)].Trim();
        var expected = Table().ReplaceLineEndings("\n").Trim();
        Assert.True(there == expected, $"docs/traffic-policies.md must say:\n{expected}\n");
    }

    private static string Table()
    {
        var infos = BuiltInProtocols.All.Select(factory => factory.Create(new CodecOptions()).Info).ToArray();
        var table = new StringBuilder();
        table.AppendLine($"| | {string.Join(" | ", infos.Select(info => $"`{info.Name}`"))} |");
        table.AppendLine($"|---|{string.Concat(infos.Select(_ => "---|"))}");
        foreach (var (policy, has) in Rows) table.AppendLine($"| {policy} | {string.Join(" | ", infos.Select(info => has(info) ? "yes" : "-"))} |");
        return table.ToString();
    }
}
