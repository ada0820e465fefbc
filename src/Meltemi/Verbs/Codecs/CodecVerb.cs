using System.CommandLine;

namespace Meltemi.Program.Verbs.Codecs;

/// <summary><c>meltemi codec</c>: tools for those who describe a protocol.</summary>
internal static class CodecVerb
{
    public static Command Create() => new("codec", "Describe a protocol without code: guess its layout from captured bytes, try the description out.")
    {
        GuessVerb.Create(),
        TryVerb.Create(),
    };
}
