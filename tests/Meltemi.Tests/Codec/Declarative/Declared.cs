using Meltemi.Codec.Declarative;
using Meltemi.Tests.Support;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>Codecs of descriptions.</summary>
internal static class Declared
{
    /// <summary>That of a file in samples/protocols.</summary>
    public static DeclaredCodec Sample(string file) => Of(File.ReadAllText(Path.Combine(Repository.Root, "samples", "protocols", file)));

    public static DeclaredCodec Of(string text)
    {
        var problems = new ProblemList();
        var codec = DeclaredProtocol.Load(text, problems);
        Assert.Equal([], problems.ToSorted().Select(problem => problem.ToString()));
        return codec!;
    }

    /// <summary>What is wrong with a text.</summary>
    public static string[] Problems(string text)
    {
        var problems = new ProblemList();
        DeclaredProtocol.Load(text, problems);
        return [.. problems.ToSorted().Select(problem => problem.ToString())];
    }
}
