using System.Runtime.CompilerServices;
using Google.Protobuf.Collections;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services;

/// <summary>The <c>exportTo</c> of resources of any kind, read once for each object.</summary>
public static class Exports
{
    private static readonly ConditionalWeakTable<Resource, Visibility> Known = [];

    /// <summary>Who can see a resource; everyone if its kind has no <c>exportTo</c>.</summary>
    public static Visibility Of(Resource resource) => Known.GetValue(resource, Read);

    private static Visibility Read(Resource resource) =>
        resource.Spec.Descriptor.FindFieldByName("export_to")?.Accessor.GetValue(resource.Spec) is RepeatedField<string> { Count: > 0 } exportTo
            ? Visibility.Parse(exportTo, resource.Key.Namespace)
            : Visibility.Public;
}
