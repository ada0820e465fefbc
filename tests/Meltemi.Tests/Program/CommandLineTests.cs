using AwesomeRpc.Codec;
using Meltemi.Program;
using Meltemi.Tests.Config;
using Meltemi.Tests.Program.Support;

namespace Meltemi.Tests.Program;

public class CommandLineTests
{
    private static readonly string Dubbo = Path.Combine(SampleFileTests.Samples, "dubbo.yaml");

    [Theory]
    [InlineData("--help")]
    [InlineData("proxy --help")]
    [InlineData("validate --help")]
    [InlineData("version --help")]
    [InlineData("completion --help")]
    public void Help_names_the_exit_codes_or_the_usage(string line)
    {
        var (code, output, error) = Run(line);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Usage:", output);
    }

    [Fact]
    public void The_version_is_printed()
    {
        var (code, output, _) = Run("version");

        Assert.Equal(0, code);
        Assert.Matches(@"^meltemi \d+\.\d+\.\d+ \(\.NET \d+\.\d+\.\d+\)\n$", output);
    }

    [Theory]
    [InlineData("", "meltemi --help")]
    [InlineData("serve", "meltemi --help")]
    [InlineData("proxy", "meltemi proxy --help")]
    [InlineData("validate -c a --wrong", "meltemi validate --help")]
    [InlineData("proxy -c a --loops many", "meltemi proxy --help")]
    [InlineData("proxy -c a --controller b:1", "meltemi proxy --help")]
    [InlineData("proxy --controller nowhere", "meltemi proxy --help")]
    [InlineData("proxy --controller a:1,:2", "meltemi proxy --help")]
    [InlineData("proxy --controller a:1 --labels x", "meltemi proxy --help")]
    [InlineData("proxy --controller a:1 --ip here", "meltemi proxy --help")]
    [InlineData("proxy --controller a:1 --locality eu/a/b/c", "meltemi proxy --help")]
    [InlineData("proxy --controller a:1 --locality eu//b", "meltemi proxy --help")]
    [InlineData("proxy --controller a:1 --admin 127.0.0.1", "meltemi proxy --help")]
    [InlineData("proxy -c a --loops -1", "meltemi proxy --help")]
    [InlineData("proxy -c a --drain-time 10", "meltemi proxy --help")]
    [InlineData("proxy -c a --log-level loud", "meltemi proxy --help")]
    [InlineData("completion csh", "meltemi completion --help")]
    public void A_wrong_command_line_ends_with_64_and_points_to_help(string line, string help)
    {
        var (code, _, error) = Run(line);

        Assert.Equal(64, code);
        Assert.EndsWith($"Try '{help}'.\n", error);
    }

    [Fact]
    public void A_valid_file_is_ok()
    {
        var (code, output, error) = Run($"validate -c {Dubbo}");

        Assert.Equal((0, $"{Dubbo}: ok (1 listener, 2 clusters)\n", ""), (code, output, error));
    }

    [Fact]
    public void Every_problem_of_a_file_is_printed_with_its_place()
    {
        using var file = new TemporaryFile("node: 1\nstatic_resources:\n  clusters: {name: c, colour: red}\n");

        var (code, output, _) = Run($"validate -c {file.Name}");

        Assert.Equal(1, code);
        Assert.Equal(
            [
                $"{file.Name}:1:7 node: expected an object with the fields of Node, found `1`",
                $"{file.Name}:3:13 static_resources.clusters[0].load_assignment: warning: "
                + "the cluster has no endpoints: requests are answered with UH",
                $"{file.Name}:3:23 static_resources.clusters[0].colour: warning: 'colour' is not implemented, ignored",
                $"{file.Name}: 1 error, 2 warnings",
            ],
            output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(" --strict", 1)]
    public void Warnings_count_if_asked_to(string option, int expected)
    {
        using var file = new TemporaryFile("colour: red\n");

        Assert.Equal(expected, Run($"validate -c {file.Name}{option}").Code);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_problem_like_any_other()
    {
        var (code, output, _) = Run("validate -c /nowhere/at-all.yaml");

        Assert.Equal(1, code);
        Assert.StartsWith("/nowhere/at-all.yaml: cannot be read: ", output);
    }

    [Fact]
    public void A_proxy_does_not_start_with_a_bad_configuration()
    {
        using var file = new TemporaryFile("node: 1\n");

        var (code, _, error) = Run($"proxy -c {file.Name}");

        Assert.Equal(2, code);
        Assert.StartsWith($"{file.Name}:1:7 node: ", error);
    }

    [Fact]
    public void A_plug_in_brings_its_protocol()
    {
        var plugin = typeof(AwesomeRpcCodecFactory).Assembly.Location;
        const string Fields = "application_protocol: awesomerpc\nroute_config: {routes: {route: {cluster: c}}}";
        using var file = new TemporaryFile(Config.Yaml.Protocol(Fields));

        Assert.Equal(1, Run($"validate -c {file.Name}").Code);
        Assert.Equal((0, $"{file.Name}: ok (1 listener, 1 cluster)\n"), Output(Run($"validate -c {file.Name} --codec {plugin}")));
    }

    [Theory]
    [InlineData("/nowhere/codec.dll")]
    [InlineData("SAMPLE")]
    [InlineData("XUNIT")]
    public void A_plug_in_that_is_none_ends_with_2(string plugin)
    {
        var path = plugin.Replace("SAMPLE", Dubbo).Replace("XUNIT", typeof(FactAttribute).Assembly.Location);

        var (code, _, error) = Run($"validate -c {Dubbo} --codec {path}");

        Assert.Equal(2, code);
        Assert.StartsWith($"meltemi: codec {path} cannot be used: ", error);
    }

    [Theory]
    [InlineData("bash", "complete -F _meltemi meltemi")]
    [InlineData("zsh", "compdef _meltemi meltemi")]
    [InlineData("fish", "complete -c meltemi")]
    public void Completion_is_a_script_of_the_shell(string shell, string line) => Assert.Contains(line, Run($"completion {shell}").Output);

    [Theory]
    [InlineData("meltemi va", "validate")]
    [InlineData("meltemi proxy --lo", "--loops")]
    public void The_program_knows_what_can_follow(string typed, string suggestion)
    {
        var (code, output, _) = Run([$"[suggest:{typed.Length}]", typed]);

        Assert.Equal(0, code);
        Assert.Contains(suggestion, output.Split('\n'));
    }

    private static (int Code, string Output) Output((int Code, string Output, string Error) run) => (run.Code, run.Output);

    private static (int Code, string Output, string Error) Run(string line) => Terminal.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static (int Code, string Output, string Error) Run(string[] arguments) => Terminal.Run(arguments);
}
