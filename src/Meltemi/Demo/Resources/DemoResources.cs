using Meltemi.ControlPlane.Stores;
using Meltemi.Resources;

namespace Meltemi.Program.Demo.Resources;

/// <summary>Finds the resources of a service among all.</summary>
internal static class DemoResources
{
    private static readonly ResourceKind[] Kinds = [ResourceKinds.ServiceEntry, ResourceKinds.DestinationRule, ResourceKinds.MetaRouter];

    /// <summary>The MetaRouter; null: there is none.</summary>
    public static Resource? Router(StoreState state, string service) => Find(state, ResourceKinds.MetaRouter, service);

    /// <summary>A text that differs as soon as anything of the resources does but their status.</summary>
    public static string Versions(StoreState state, string service) =>
        string.Join(' ', Kinds.Select(kind => Find(state, kind, service)?.Meta).Select(meta => $"{meta?.Uid}/{meta?.Generation}"));

    /// <summary>Whether every proxy that uses them runs by what they say now.</summary>
    public static bool AreProgrammed(StoreState state, string service) => Kinds.All(kind => IsProgrammed(Find(state, kind, service)));

    private static bool IsProgrammed(Resource? resource) => resource?.Status is { } status
        && status.ObservedGeneration == resource.Meta.Generation
        && status.Conditions.Any(condition => condition is { Type: Condition.Programmed, Holds: true });

    private static Resource? Find(StoreState state, ResourceKind kind, string name) =>
        state.Resources.GetValueOrDefault(new ResourceKey(kind, ResourceText.DefaultNamespace, name));
}
