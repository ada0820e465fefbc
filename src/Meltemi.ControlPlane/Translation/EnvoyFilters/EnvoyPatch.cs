using Google.Protobuf;
using Meltemi.Resources;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>A change that an EnvoyFilter asks for, read and checked.</summary>
/// <param name="Source">The EnvoyFilter.</param>
/// <param name="Path">Where it stands there.</param>
/// <param name="ApplyTo">Which part of a resource.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Match">What it is for.</param>
/// <param name="Value">The message to add or to merge; null: it removes. Not to be changed.</param>
internal sealed record EnvoyPatch(
    ResourceKey Source, string Path, ApplyTo ApplyTo, Operation Operation, EnvoyConfigObjectMatch Match, IMessage? Value)
{
    /// <summary>A copy of the message, for the place where it goes.</summary>
    public T Copy<T>() where T : class, IMessage => MessageMerge.Clone((T)Value!);

    /// <summary>Whether it is for a side of a proxy.</summary>
    public bool IsFor(PatchContext context) => Match.Context == PatchContext.Any || Match.Context == context;
}
