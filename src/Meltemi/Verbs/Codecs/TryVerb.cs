using System.CommandLine;
using Meltemi.Codec;
using Meltemi.Codec.Declarative;
using Meltemi.Xds.Reading;

namespace Meltemi.Program.Verbs.Codecs;

/// <summary><c>meltemi codec try</c>: decodes captured bytes by a description, or by a protocol that this program knows, and prints the messages.</summary>
internal static class TryVerb
{
    public static Command Create()
    {
        var file = new Option<string?>("--file", "-f") { Description = "The description: YAML or JSON, or an ApplicationProtocol with it.", HelpName = "FILE" };
        var protocol = new Option<string?>("--protocol") { Description = "Instead of a description: a protocol that comes with this program.", HelpName = "NAME" };
        var from = new Option<Origin>("--from") { Description = "Who sent the bytes: client or server.", DefaultValueFactory = _ => Origin.Client };
        var attributes = new Option<string[]>("--attribute", "-a") { Description = "One more attribute to show, if a message has it.", HelpName = "NAME" };
        var codec = ConfigOptions.Codec();
        var capture = new Argument<string>("capture") { Description = "The bytes: a file with them, or with hexadecimal text; - is the standard input." };
        var command = new Command("try", """
            Decode the bytes of one direction of a connection, from the beginning of a message on, and print each message: kind, id, every field with its offset, and the
            attributes. What is wrong with the description is printed as validate does.

            Exit codes: 0 all of it is messages, 1 it stops somewhere, 2 the description or a --codec cannot be used, 64 wrong command line.
            """) { file, protocol, from, attributes, codec, capture };
        command.SetAction(result =>
        {
            var (path, name) = (result.GetValue(file), result.GetValue(protocol));
            if ((path is null) == (name is null)) throw new CommandFailedException("name either a description (-f) or a protocol (--protocol)", ExitCodes.Usage);
            var output = result.InvocationConfiguration.Output;
            var tried = path is null ? Known(name!, CodecPlugins.Load(result.GetRequiredValue(codec))) : Described(path, output);
            if (tried is null) return ExitCodes.BadConfiguration;
            var bytes = CaptureFile.Read(result.GetRequiredValue(capture));
            return new Trial(tried, result.GetValue(from), result.GetValue(attributes) ?? [], output).Run(bytes) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static ICodec Known(string name, CodecRegistry codecs)
    {
        if (codecs.Find(name) is { } factory) return factory.Create(new CodecOptions());
        var hint = Spelling.Hint(name, codecs.Names);
        throw new CommandFailedException($"there is no protocol '{name}'; known are {string.Join(", ", codecs.Names)}{hint}", ExitCodes.Usage);
    }

    /// <summary>Null if it cannot be used; then the problems are printed.</summary>
    private static DeclaredCodec? Described(string path, TextWriter output)
    {
        var problems = new ProblemList();
        DeclaredCodec? codec;
        try
        {
            codec = DeclaredProtocol.Load(File.ReadAllText(path), problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path}: {e.Message}", ExitCodes.BadConfiguration);
        }

        ProblemPrinter.Print(path, problems.ToSorted(), output);
        return codec;
    }
}
