using Meltemi.ControlPlane.Api.Selection;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Reading;

/// <summary>Which objects a list or a watch is about.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Namespace">Empty: all.</param>
/// <param name="Labels">Selected by labels.</param>
/// <param name="Fields">Selected by fields.</param>
/// <param name="SelectsAll">No selector: all objects of the namespace.</param>
internal sealed record ObjectFilter(ResourceKind Kind, string Namespace, LabelSelector Labels, FieldSelector Fields, bool SelectsAll)
{
    public static ObjectFilter Of(ApiRequest request)
    {
        var (labels, fields) = (request.Query("labelSelector"), request.Query("fieldSelector"));
        return new(
            request.Kind, request.Path.Namespace, LabelSelector.Parse(labels), FieldSelector.Parse(fields), labels.Length == 0 && fields.Length == 0);
    }

    public bool Matches(Resource resource) =>
        resource.Kind.Equals(Kind) && (Namespace.Length == 0 || resource.Key.Namespace == Namespace)
        && (SelectsAll || (Fields.Matches(resource.Key) && Labels.Matches(resource.Meta.Labels)));
}
