using System.Globalization;
using System.Text.Json;
using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Objects;
using Meltemi.Resources;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api;

/// <summary>One request about objects of one kind.</summary>
/// <param name="Http">The request itself.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Path">Which of them.</param>
internal sealed record ApiRequest(HttpContext Http, ResourceKind Kind, RequestPath Path)
{
    /// <summary>The version that was asked for, with its group.</summary>
    public string ApiVersion => Path.Group.Length == 0 ? Path.Version : $"{Path.Group}/{Path.Version}";

    /// <summary>The object that is named.</summary>
    public ResourceKey Key => new(Kind, Path.Namespace, Path.Name);

    public CancellationToken Cancel => Http.RequestAborted;

    /// <summary>A parameter of the query; empty if it is not there.</summary>
    public string Query(string name) => Http.Request.Query[name].ToString();

    /// <exception cref="ApiException">400: it is neither true nor false.</exception>
    public bool Flag(string name) => Query(name) switch
    {
        "" or "false" or "0" => false,
        "true" or "1" => true,
        var other => throw Failure.BadRequest($"{name}={other}: true or false was expected"),
    };

    /// <exception cref="ApiException">400: it is no whole number from 0.</exception>
    public long? Number(string name)
    {
        var text = Query(name);
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Failure.BadRequest($"{name}={text}: a whole number was expected");
    }

    /// <summary>Whether nothing is to be stored.</summary>
    /// <exception cref="ApiException">400, at construction: it is neither absent nor <c>All</c>.</exception>
    public bool DryRun { get; init; } = Http.Request.Query["dryRun"] is { Count: > 0 } values
        && (values.All(value => value == "All") ? true : throw Failure.BadRequest($"dryRun={values}: only All is possible"));

    /// <summary>Tells the client something that kubectl prints in yellow.</summary>
    public void Warn(string message) => Http.Response.Headers.Append("Warning", WarningHeader.Write(message));

    /// <summary>Answers with one object.</summary>
    public async Task Answer(int status, Resource resource)
    {
        var shown = Representations.Choose(this);
        await using var body = new ResponseBody(Http, status, shown.ContentType);
        await using (var json = new Utf8JsonWriter(body.Buffer, ObjectWriter.Options)) shown.WriteOne(json, resource);
        await body.FinishAsync();
    }
}
