using System.Text;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Tests.Resources;

/// <summary>Reads texts in tests.</summary>
internal static class Reading
{
    /// <summary>The only document of a text, which must be without errors.</summary>
    public static Resource Good(string text)
    {
        var parsed = Assert.Single(ResourceText.Parse(text));
        return parsed.Resource ?? throw new Xunit.Sdk.XunitException(string.Join("\n", parsed.Problems));
    }

    /// <summary>The problems of all documents of a text, one a line; warnings are marked.</summary>
    public static string Problems(string text) => string.Join('\n', ResourceText.Parse(text).SelectMany(parsed => parsed.Problems).Select(
        problem => $"{(problem.Severity == Meltemi.Xds.Reading.ProblemSeverity.Warning ? "warning: " : "")}{problem}"));

    /// <summary>The same without places, for texts made of parts.</summary>
    public static string PlainProblems(string text) => string.Join('\n', ResourceText.Parse(text).SelectMany(parsed => parsed.Problems).Select(
        problem => $"{(problem.Severity == Meltemi.Xds.Reading.ProblemSeverity.Warning ? "warning: " : "")}{problem.Path}: {problem.Message}"));

    /// <summary>The problems of an object, one a line, without places.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="body">What follows the metadata, such as <c>spec: {}</c>; flow style.</param>
    public static string Problems(ResourceKind kind, string body)
    {
        var version = kind.Group.Length == 0 ? kind.Versions[0] : $"{kind.Group}/{kind.Versions[0]}";
        return PlainProblems($"{{apiVersion: {version}, kind: {kind.Name}, metadata: {{name: a, labels: {{kubernetes.io/service-name: a}}}}, {body}}}");
    }

    /// <summary>The text that is kept.</summary>
    public static string Kept(this Resource resource) => Encoding.UTF8.GetString(resource.Json.Span);
}
