using System.Collections.Immutable;
using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Errors;

/// <summary>The errors of the API, in the words and with the reasons that Kubernetes' clients know.</summary>
internal static class Failure
{
    public static ApiException NoSuchPath(string path) =>
        new(new(404, "NotFound", $"the server could not find the requested resource: there is nothing at {path}; see /apis for what is served"));

    public static ApiException NotFound(ResourceKind kind, string name) =>
        About(kind, name, 404, "NotFound", $"{Resource(kind)} \"{name}\" not found");

    public static ApiException AlreadyExists(ResourceKind kind, string name) =>
        About(kind, name, 409, "AlreadyExists", $"{Resource(kind)} \"{name}\" already exists");

    public static ApiException Conflict(ResourceKind kind, string name, string why) =>
        About(kind, name, 409, "Conflict", $"Operation cannot be fulfilled on {Resource(kind)} \"{name}\": {why}");

    public static ApiException Modified(ResourceKind kind, string name) =>
        Conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>Server-side apply would change what others own.</summary>
    public static ApiException ApplyConflict(ImmutableArray<StatusCause> conflicts) =>
        new(new(409, "Conflict", $"Apply failed with {conflicts.Length} conflict{(conflicts.Length == 1 ? "" : "s")}: "
            + string.Join("; ", conflicts.Select(conflict => $"{conflict.Message}: {conflict.Field}")))
        {
            Causes = conflicts,
        });

    public static ApiException Forbidden(ResourceKind kind, string name, string why) =>
        About(kind, name, 403, "Forbidden", $"{Resource(kind)} \"{name}\" is forbidden: {why}");

    public static ApiException BadRequest(string message) => new(new(400, "BadRequest", message));

    public static ApiException MethodNotAllowed(string method, string path) =>
        new(new(405, "MethodNotAllowed", $"{method} is not possible on {path}"));

    public static ApiException NotAcceptable(string accept) =>
        new(new(406, "NotAcceptable", $"only application/json is served, which is not among what is accepted: {accept}"));

    public static ApiException UnsupportedMediaType(string? contentType, string accepted) =>
        new(new(415, "UnsupportedMediaType", $"the body is of type \"{contentType}\"; accepted are: {accepted}"));

    public static ApiException TooLarge(long limit) =>
        new(new(413, "RequestEntityTooLarge", $"the body is too large: at most {limit} bytes are accepted; split the object"));

    public static ApiException Expired(string message, string nextPage = "") => new(new(410, "Expired", message) { Continue = nextPage });

    public static ApiException VersionAhead(long asked, long current) =>
        new(new(504, "Timeout", $"Too large resource version: {asked}, current: {current}")
        {
            RetryAfterSeconds = 1,
            Causes = [new("ResourceVersionTooLarge", "Too large resource version", "")],
        });

    public static ApiException TooManyWatches(int limit) =>
        new(new(429, "TooManyRequests", $"{limit} watches are open, which is the limit; try again later") { RetryAfterSeconds = 5 });

    public static ApiException Invalid(ResourceKind kind, string name, ImmutableArray<StatusCause> causes)
    {
        var texts = causes.Select(cause => cause.Field.Length > 0 ? $"{cause.Field}: {cause.Message}" : cause.Message).ToArray();
        var list = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return new(new(422, "Invalid", $"{kind} \"{name}\" is invalid: {list}") { Kind = kind.Name, Group = kind.Group, Name = name, Causes = causes });
    }

    public static ApiException Invalid(ResourceKind kind, string name, string field, string message) =>
        Invalid(kind, name, [new("FieldValueInvalid", message, field)]);

    /// <summary>A patch that could be read and does not fit the object.</summary>
    public static ApiException Unprocessable(string message) => new(new(422, "Invalid", message));

    /// <summary>What the store says.</summary>
    public static ApiException Of(StoreException e, ResourceKind kind, string name) => e.Error switch
    {
        StoreError.NotFound => NotFound(kind, name),
        StoreError.AlreadyExists => AlreadyExists(kind, name),
        StoreError.Conflict => Modified(kind, name),
        StoreError.ReadOnly => About(kind, name, 503, "ServiceUnavailable", $"nothing can be written at the moment: {e.Message}", retryAfter: 5),
        StoreError.TooLarge => About(kind, name, 413, "RequestEntityTooLarge", e.Message),
        _ => About(kind, name, 500, "InternalError", e.Message),
    };

    private static string Resource(ResourceKind kind) => kind.Group.Length == 0 ? kind.Plural : $"{kind.Plural}.{kind.Group}";

    private static ApiException About(ResourceKind kind, string name, int code, string reason, string message, int? retryAfter = null) =>
        new(new(code, reason, message) { Kind = kind.Plural, Group = kind.Group, Name = name, RetryAfterSeconds = retryAfter });
}
