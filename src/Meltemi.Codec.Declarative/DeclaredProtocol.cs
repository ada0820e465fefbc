using Google.Protobuf.WellKnownTypes;
using Meltemi.Codec.Declarative.Compiling;
using Meltemi.Xds.Declarative.V1;
using Meltemi.Xds.Reading;

namespace Meltemi.Codec.Declarative;

/// <summary>Makes codecs of descriptions.</summary>
public static class DeclaredProtocol
{
    /// <summary>Reads and compiles a text; null if there are errors.</summary>
    public static DeclaredCodec? Load(string text, ProblemList problems)
    {
        var protocol = Description.Read(text, problems);
        return problems.HasErrors ? null : Compile(protocol, problems);
    }

    /// <summary>Reads and compiles the config of an ApplicationProtocol; null if there are errors.</summary>
    public static DeclaredCodec? Load(Struct config, ProblemList problems, string path, out Protocol protocol)
    {
        protocol = Description.Read(config, problems, path);
        return problems.IsWrong(path) ? null : Compile(protocol, problems, path);
    }

    /// <summary>Compiles a description; null if there are errors. Every problem is named, with the path of what is wrong.</summary>
    /// <param name="path">Put before all paths.</param>
    public static DeclaredCodec? Compile(Protocol protocol, ProblemList problems, string path = "")
    {
        var context = new CompileContext(protocol, problems, path);
        return CodecCompiler.Compile(context);
    }
}
