using System.Text;
using Envoy.Config.Bootstrap.V3;
using Meltemi.Tests.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Xds.Reading;

/// <summary>Whatever a text says, the answer is a message and a list of problems, never an exception.</summary>
public class ReaderPropertyTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\n    ", "&a ", "*a", "<<: ", "\"", "'", "|\n", ">\n", "#", "!!str ", "? ",
        ",", "~", "null", "---\n", "...\n", "\t", "%YAML 1.2\n", "@", "`", "\\u0000", "\0", "\ud800", "é", "1e999", "-1", "0.25s",
        "9999999999999999999999", "true", "static_resources", "clusters", "listeners", "name", "node", "metadata", "typed_config",
        "\"@type\"", "load_assignment", "endpoints", "filter_chains", "filters",
        "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", "connect_timeout", "lb_policy",
        "type.googleapis.com/udpa.type.v1.TypedStruct", "value", "type_url", "type.googleapis.com/google.protobuf.Any",
    ];

    [Fact]
    public void Random_text_never_throws()
    {
        var random = new Random(20_240_117);
        for (var round = 0; round < 1500; round++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(40); length > 0; length--) text.Append(Pieces[random.Next(Pieces.Length)]);
            Check(text.ToString());
        }
    }

    [Theory]
    [InlineData("dubbo.yaml")]
    [InlineData("thrift.yaml")]
    [InlineData("tcp.yaml")]
    [InlineData("recognise.yaml")]
    public void A_damaged_file_never_throws(string file)
    {
        var original = File.ReadAllText(Path.Combine(SampleFileTests.Samples, file));
        var random = new Random(file.Length);
        for (var round = 0; round < 150; round++)
        {
            var text = new StringBuilder(original);
            for (var damage = random.Next(1, 6); damage > 0; damage--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0)
                    text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at));
                else
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
            }

            Check(text.ToString());
        }
    }

    [Fact]
    public void Aliases_do_not_multiply_without_end()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 10; i++) text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        var problems = new ProblemList();

        ResourceReader.Read($"{text}metadata: {{bomb: *a9}}\n", "envoy.config.core.v3.Node", Envoy.Config.Core.V3.Node.Parser, problems);

        Assert.Contains(problems.ToSorted(), problem => problem.Message == "more than 2000000 values");
    }

    private static void Check(string text)
    {
        var result = Config.Yaml.Load(text);
        Assert.Equal(result.Config is null, result.Problems.Any(problem => problem.Severity == ProblemSeverity.Error));
        Assert.All(result.Problems, problem => Assert.NotEmpty(problem.Message));
    }
}
