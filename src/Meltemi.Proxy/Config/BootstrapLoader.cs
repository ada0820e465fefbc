using Envoy.Config.Bootstrap.V3;
using Meltemi.Codec;
using Meltemi.Proxy.Config.Translation;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Yaml;

namespace Meltemi.Proxy.Config;

/// <summary>
/// Makes the configuration that a proxy runs by from an Envoy-style bootstrap in YAML or JSON: text → message → records. Each step goes on
/// after errors, so that one run shows everything there is to mend.
/// </summary>
public static class BootstrapLoader
{
    private const string BootstrapType = "envoy.config.bootstrap.v3.Bootstrap";

    /// <summary>Loads a file. A file that cannot be read is a problem like any other.</summary>
    public static LoadResult Load(string file, CodecRegistry codecs)
    {
        try
        {
            return LoadText(File.ReadAllText(file), codecs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new(null, [new(ProblemSeverity.Error, "", $"cannot be read: {e.Message}", Mark.None)]);
        }
    }

    /// <summary>Loads a text.</summary>
    public static LoadResult LoadText(string text, CodecRegistry codecs)
    {
        var problems = new ProblemList();
        return Take(ResourceReader.Read(text, BootstrapType, Bootstrap.Parser, problems), codecs, problems);
    }

    /// <summary>Takes a bootstrap that did not come from a text.</summary>
    public static LoadResult Take(Bootstrap bootstrap, CodecRegistry codecs) => Take(bootstrap, codecs, new ProblemList());

    private static LoadResult Take(Bootstrap bootstrap, CodecRegistry codecs, ProblemList problems)
    {
        var config = BootstrapTranslator.Translate(bootstrap, new TranslationContext(problems, codecs));
        return new(problems.HasErrors ? null : config, problems.ToSorted());
    }
}
