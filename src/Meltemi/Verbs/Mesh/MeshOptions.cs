using System.CommandLine;
using Meltemi.Program.Client;

namespace Meltemi.Program.Verbs.Mesh;

/// <summary>Options of the verbs that speak with a controller; each command has its own instance.</summary>
internal sealed class MeshOptions
{
    private readonly Option<string?> _controller = new("--controller")
    {
        Description = "Address of the controller's API. Default: $MELTEMI_CONTROLLER, else the controller of this machine.",
        HelpName = "URL",
    };

    private readonly Option<string?> _token = new("--token-file") { Description = "File with the bearer token.", HelpName = "FILE" };

    private readonly Option<string> _state = new("--state-dir")
    {
        Description = "Where the controller of this machine left its address and token.",
        HelpName = "DIR",
        DefaultValueFactory = _ => StateDirectory.Default,
    };

    /// <summary>Namespace of what is meant.</summary>
    public Option<string> Namespace { get; } = new("--namespace", "-n")
    {
        Description = "Namespace.",
        HelpName = "NAMESPACE",
        DefaultValueFactory = _ => "default",
    };

    /// <summary>Adds the options that all have.</summary>
    public MeshOptions AddTo(Command command, bool withNamespace = false)
    {
        command.Add(_controller);
        command.Add(_token);
        command.Add(_state);
        if (withNamespace) command.Add(Namespace);
        return this;
    }

    /// <summary>The controller that the command line means.</summary>
    public ControllerClient Connect(ParseResult result) => new(Address(result));

    /// <summary>Where the controller that the command line means is.</summary>
    public ControllerAddress Address(ParseResult result) =>
        ControllerAddress.Find(result.GetValue(_controller), result.GetValue(_token), result.GetValue(_state)!);

    /// <summary>An option for the form of the output.</summary>
    public static Option<string> Output(params string[] forms)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = $"Form of the output: {string.Join(", ", forms)}.",
            DefaultValueFactory = _ => forms[0],
        };
        option.AcceptOnlyFromAmong(forms);
        return option;
    }

    /// <summary>Whether the output may have colours: it is the terminal's, and nobody said <c>NO_COLOR</c>.</summary>
    public static bool Colours(ParseResult result) =>
        result.InvocationConfiguration.Output == Console.Out && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
}
