using Meltemi.ControlPlane.Api.Errors;
using Microsoft.AspNetCore.Http;

namespace Meltemi.ControlPlane.Api.Access;

/// <summary>Lets in who has the token; the health of the controller may be asked by anybody.</summary>
internal static class Authentication
{
    private const string Scheme = "Bearer ";

    /// <summary>Null: come in.</summary>
    public static ApiStatus? Refuse(HttpContext http, ApiToken token)
    {
        if (http.Request.Path.Value is "/healthz" or "/livez" or "/readyz") return null;
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return new(401, "Unauthorized", "Unauthorized: send the token of the controller as \"Authorization: Bearer TOKEN\"; `meltemi kubeconfig` has it");
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return new(401, "Unauthorized", "Unauthorized: only bearer tokens are accepted");
        return token.Matches(header[Scheme.Length..].Trim())
            ? null
            : new(401, "Unauthorized", "Unauthorized: this is not the token of this controller; get a new kubeconfig by `meltemi kubeconfig`");
    }
}
