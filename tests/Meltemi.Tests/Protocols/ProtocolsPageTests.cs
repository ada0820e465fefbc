using System.Text;
using Meltemi.Codec;
using Meltemi.Protocols;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Protocols;

/// <summary>What docs/protocols.md says of the protocols is what their codecs say of themselves.</summary>
public class ProtocolsPageTests
{
    private const string End = "<!-- end -->";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "protocols.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> Names { get; } = [.. BuiltInProtocols.All.Select(factory => factory.Names[0])];

    [Fact]
    public void The_table_of_abilities_is_up_to_date() => Check("<!-- made from CodecInfo; ProtocolsPageTests says what it must be -->", Table());

    [Fact]
    public void The_table_of_recognisers_is_up_to_date() =>
        Check("<!-- made from the recognisers; ProtocolsPageTests says what it must be -->", RecogniserTable());

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_protocol_has_a_row_about_its_wire_and_its_peers(string name)
    {
        Assert.Equal(4, Page.Split('\n').Count(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_protocol_has_the_attributes_that_serve_all()
    {
        foreach (var info in Infos())
        {
            foreach (var name in new[] { "service", "method", "caller", "kind" }) Assert.Contains(name, info.Attributes);
        }
    }

    private static void Check(string begin, string table)
    {
        var start = Page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var there = Page[start..Page.IndexOf(End, start, StringComparison.Ordinal)].Trim();
        var expected = table.ReplaceLineEndings("\n").Trim();
        Assert.True(there == expected, $"docs/protocols.md must say:\n{expected}\n");
    }

    private static string RecogniserTable()
    {
        var table = new StringBuilder();
        table.AppendLine("| Protocol | How sure | Says yes after | Looks at |");
        table.AppendLine("|---|---|---|---|");
        foreach (var row in Recognition.RecogniserTable.BuiltIn)
        {
            var after = row.Least == row.Most ? $"{row.Most} bytes" : $"{row.Least} to {row.Most} bytes";
            table.AppendLine($"| `{row.Name}` | {row.Certainty.ToString().ToLowerInvariant()} | {after} | {row.LooksAt} |");
        }

        return table.ToString();
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
