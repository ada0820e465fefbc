using Meltemi.ControlPlane.Api.Errors;
using Meltemi.ControlPlane.Api.Tables;
using Microsoft.Net.Http.Headers;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>Finds the representation that a client asks for by <c>Accept</c>: the first of its list that is served.</summary>
internal static class Representations
{
    /// <exception cref="ApiException">406: none of what is accepted is served.</exception>
    public static IRepresentation Choose(ApiRequest request)
    {
        var accept = request.Http.Request.Headers.Accept.ToString();
        if (accept.Length == 0) return new WholeObjects(request.Kind, request.ApiVersion);
        foreach (var item in accept.Split(','))
            if (MediaTypeHeaderValue.TryParse(item, out var type) && Choose(request, type) is { } shown) return shown;
        throw Failure.NotAcceptable(accept);
    }

    private static IRepresentation? Choose(ApiRequest request, MediaTypeHeaderValue type)
    {
        if (type.MediaType.Value is not ("application/json" or "application/*" or "*/*")) return null;
        var version = Parameter(type, "v");
        return Parameter(type, "as") switch
        {
            "" => new WholeObjects(request.Kind, request.ApiVersion),
            _ when Parameter(type, "g") != "meta.k8s.io" => null,
            "Table" when version is "v1" or "v1beta1" => new TableObjects(request.Kind, request.ApiVersion, version, Included(request)),
            "PartialObjectMetadata" or "PartialObjectMetadataList" when version == "v1" => new PartialObjects(),
            _ => null,
        };
    }

    private static RowObject Included(ApiRequest request) => request.Query("includeObject") switch
    {
        "" or "Metadata" => RowObject.Metadata,
        "None" => RowObject.None,
        "Object" => RowObject.Object,
        var other => throw Failure.BadRequest($"includeObject={other}: None, Metadata or Object was expected"),
    };

    private static string Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value ?? "";
}
