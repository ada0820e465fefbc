using System.CommandLine;

namespace Meltemi.Program.Verbs;

/// <summary>
/// <c>meltemi completion SHELL</c>: a script that asks the program itself what can follow (its <c>[suggest]</c> directive), so that it
/// never is out of date.
/// </summary>
internal static class CompletionVerb
{
    private const string Bash = """
        # meltemi completion for bash:  source <(meltemi completion bash)
        _meltemi() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
          [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _meltemi meltemi
        """;

    private const string Zsh = """
        # meltemi completion for zsh:  source <(meltemi completion zsh)
        _meltemi() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          [ -n "$found[1]" ] && compadd -a found || _files
        }
        compdef _meltemi meltemi
        """;

    private const string Fish = """
        # meltemi completion for fish:  meltemi completion fish | source
        complete -c meltemi -a '(meltemi "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell to write for." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes meltemi's command lines in a shell.") { shell };
        command.SetAction(result =>
        {
            var script = result.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };
            result.InvocationConfiguration.Output.WriteLine(script);
            return ExitCodes.Ok;
        });
        return command;
    }
}
