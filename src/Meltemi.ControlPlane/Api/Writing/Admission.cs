using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.Resources;
using Meltemi.Xds.Reading;

namespace Meltemi.ControlPlane.Api.Writing;

/// <summary>Decides whether an object may be stored: errors refuse it, all of them in one answer; warnings go to the client beside the answer.</summary>
internal static class Admission
{
    /// <summary>More of them would not fit into what clients take as headers.</summary>
    private const int MaxWarnings = 20;

    private static readonly JsonSerializerOptions Options = new() { Encoder = ObjectWriter.Options.Encoder };

    /// <summary>The resource that an object means. Its version, kind, namespace and name are those of the request.</summary>
    /// <exception cref="ApiException">422: it is not valid; 400: it has fields that are not known, and the client wants none.</exception>
    public static Resource Admit(ApiRequest request, JsonObject node)
    {
        var parsed = ResourceText.FromJson(JsonSerializer.SerializeToUtf8Bytes(node, Options), request.Path.Namespace);
        var errors = parsed.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(Cause).ToImmutableArray();
        if (parsed.Resource is not { } resource || !errors.IsEmpty) throw Failure.Invalid(request.Kind, ObjectIdentity.Meta(node, "name"), errors);

        Report(request, [.. parsed.Problems.Where(problem => problem.IsUnknownField)], parsed.Problems);
        return resource;
    }

    private static void Report(ApiRequest request, ImmutableArray<ConfigProblem> unknown, ImmutableArray<ConfigProblem> warnings)
    {
        switch (request.Query("fieldValidation"))
        {
            case "Strict" when !unknown.IsEmpty:
                throw Failure.BadRequest("strict decoding error: " + string.Join(", ", unknown.Select(UnknownField)));
            case "Ignore":
                warnings = [.. warnings.Where(warning => !warning.IsUnknownField)];
                break;
            case not ("" or "Warn" or "Strict"):
                throw Failure.BadRequest($"fieldValidation={request.Query("fieldValidation")}: Strict, Warn or Ignore was expected");
        }

        foreach (var warning in warnings.Take(MaxWarnings))
            request.Warn(warning.IsUnknownField ? UnknownField(warning) : warning.Path.Length > 0 ? $"{warning.Path}: {warning.Message}" : warning.Message);
        if (warnings.Length > MaxWarnings) request.Warn($"and {warnings.Length - MaxWarnings} more warnings");
    }

    // Kubernetes' words, and what was meant if our message knows it.
    private static string UnknownField(ConfigProblem problem)
    {
        var hint = problem.Message.IndexOf(';', StringComparison.Ordinal);
        return $"unknown field \"{problem.Path}\"{(hint < 0 ? "" : problem.Message[hint..])}";
    }

    private static StatusCause Cause(ConfigProblem problem) => new(
        problem.Message.EndsWith(" is missing", StringComparison.Ordinal) ? "FieldValueRequired" : "FieldValueInvalid", problem.Message, problem.Path);
}
