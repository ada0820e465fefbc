using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Protocols;

/// <summary>What docs/protocols.md says of the protocols is what their codecs say of themselves.</summary>
public class ProtocolsPageTests
{
    private const string Begin = "<!-- made from CodecInfo; ProtocolsPageTests says what it must be -->";
    private const string End = "<!-- end -->";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "protocols.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> Names { get; } = [.. BuiltInProtocols.All.Select(factory => factory.Names[0])];

    [Fact]
    public void The_table_of_abilities_is_up_to_date()
    {
        var start = Page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var there = Page[start..Page.IndexOf(End, StringComparison.Ordinal)].Trim();
        var expected = Table().ReplaceLineEndings("\n").Trim();
        Assert.True(there == expected, $"docs/protocols.md must say:\n{expected}\n");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_protocol_has_a_row_about_its_wire_and_its_peers(string name)
    {
        Assert.Equal(3, Page.Split('\n').Count(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_protocol_has_the_attributes_that_serve_all()
    {
        foreach (var info in Infos())
        {
            foreach (var name in new[] { "service", "method", "caller", "kind" }) Assert.Contains(name, info.Attributes);
        }
    }

    private static string Table()
    {
        var table = new StringBuilder();
        table.AppendLine("| Protocol | Ids | Pool modes, the usual first | Streams | Heartbeats | Go-away | Cancels | Mutable | Deadline | Attributes |");
        table.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var info in Infos())
        {
            string[] cells =
            [
                $"`{info.Name}`", info.HasIds ? info.OrderedAnswers ? "yes, ordered" : "yes" : "no",
                string.Join(", ", info.OtherPoolModes.Prepend(info.PoolMode).Select(NameOf)), YesNo(info.Streams), YesNo(info.Heartbeats),
                YesNo(info.GoAway), YesNo(info.Cancels), info.CanMutate.ToString().ToLowerInvariant(), Code(info.TimeoutAttribute),
                string.Join(' ', info.Attributes.Select(Code)) + (info.OpenAttributes ? " and the application's" : ""),
            ];
            table.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        return table.ToString();
    }

    private static IEnumerable<CodecInfo> Infos() => BuiltInProtocols.All.Select(factory => factory.Create(new CodecOptions()).Info);

    private static string NameOf(PoolMode mode) => mode switch
    {
        PoolMode.Multiplexed => "multiplexed",
        PoolMode.OneAtATime => "one at a time",
        PoolMode.Pipelined => "pipelined",
        _ => "bound",
    };

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Code(string? text) => text is null ? "" : $"`{text}`";
}
