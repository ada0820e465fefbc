using System.Text.Json;
using Meltemi.ControlPlane.Api.Objects;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.Errors;

/// <summary>Turns what goes wrong in a request into a <c>Status</c>.</summary>
internal static class ApiErrors
{
    /// <summary>Runs a request.</summary>
    public static async Task GuardAsync(HttpContext http, IApiLog log, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (ApiException e)
        {
            await AnswerAsync(http, e.Status);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(http, new(e.StatusCode, "BadRequest", e.Message));
        }
        catch (Exception e)
        {
            log.Error($"{http.Request.Method} {http.Request.Path} failed", e);
            await AnswerAsync(http, new(500, "InternalError", $"Internal error occurred: {e.Message}"));
        }
    }

    /// <summary>Answers with a <c>Status</c>. An answer that was begun already is broken off, so that nobody takes a half of it for the whole.</summary>
    public static async Task AnswerAsync(HttpContext http, ApiStatus status)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        if (status.Code == 401) http.Response.Headers.WWWAuthenticate = "Bearer realm=\"meltemi\"";
        if (status.RetryAfterSeconds is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.Headers.ContentEncoding = default;
        await using var body = new ResponseBody(http, status.Code, "application/json");
        await using (var json = new Utf8JsonWriter(body.Buffer, ObjectWriter.Options)) StatusWriter.Write(json, status);
        await body.FinishAsync();
    }
}
