using System.CommandLine;
using Meltemi.Codec.Declarative.Guessing;

namespace Meltemi.Program.Verbs.Codecs;

/// <summary><c>meltemi codec guess</c>: a description to start with, from captured bytes.</summary>
internal static class GuessVerb
{
    public static Command Create()
    {
        var capture = new Argument<string>("capture") { Description = "What a client sent: a file with the bytes, or with hexadecimal text; - is the standard input." };
        var answers = new Option<string?>("--answers") { Description = "What the server sent back.", HelpName = "FILE" };
        var command = new Command("guess", $"""
            Guess how a protocol is laid out from bytes of a connection, one direction in a file, beginning with a message and with several of them (Wireshark:
            Follow, TCP Stream, save as raw). Prints a description in YAML to go on from, with comments that say why and how sure each line is. Of a file the
            first {ProtocolGuess.MaxCapture / 1024 / 1024} MiB are looked at.

            Exit codes: 0 there is a description, 1 the bytes tell nothing or cannot be read, 64 wrong command line.
            """) { capture, answers };
        command.SetAction(result =>
        {
            var client = CaptureFile.Read(result.GetRequiredValue(capture));
            var server = result.GetValue(answers) is { } file ? CaptureFile.Read(file) : null;
            var guess = ProtocolGuess.Make(client, server, out var reason) ?? throw new CommandFailedException(reason, ExitCodes.Failed);
            result.InvocationConfiguration.Output.Write(guess);
            return ExitCodes.Ok;
        });
        return command;
    }
}
