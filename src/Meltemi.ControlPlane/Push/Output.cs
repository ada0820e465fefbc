using System.Collections.Immutable;
using Google.Protobuf;
using Meltemi.ControlPlane.Translation;
using Meltemi.Xds.Server;

namespace Meltemi.ControlPlane.Push;

/// <summary>What a translation made, serialized.</summary>
/// <param name="Resources">The resources.</param>
/// <param name="Needs">Clusters that they name.</param>
/// <param name="RouteNames">Route configurations that they name.</param>
internal sealed record Output(ImmutableArray<XdsResource> Resources, ImmutableArray<ClusterRef> Needs, ImmutableArray<string> RouteNames)
{
    /// <summary>Nothing.</summary>
    public static Output None { get; } = new([], [], []);

    /// <summary>Serializes resources of one type.</summary>
    public static Output Of<T>(string type, IEnumerable<Translated<T>> all) where T : class, IMessage
    {
        var resources = ImmutableArray.CreateBuilder<XdsResource>();
        List<ClusterRef>? needs = null;
        List<string>? routes = null;
        foreach (var translated in all)
        {
            resources.Add(XdsResource.Create(type, translated.Name, translated.Message, [.. translated.Sources.Select(source => (object)source)]));
            if (!translated.Clusters.IsEmpty) (needs ??= []).AddRange(translated.Clusters);
            if (!translated.RouteNames.IsEmpty) (routes ??= []).AddRange(translated.RouteNames);
        }

        return new(resources.ToImmutable(), needs is null ? [] : [.. needs], routes is null ? [] : [.. routes]);
    }

    /// <summary>Whether it says the same, made from the same: then one of them is enough.</summary>
    public bool Same(Output other)
    {
        if (Resources.Length != other.Resources.Length) return false;
        for (var i = 0; i < Resources.Length; i++)
            if (!Resources[i].Equals(other.Resources[i]) || !Resources[i].Sources.AsSpan().SequenceEqual(other.Resources[i].Sources.AsSpan()))
                return false;
        return Needs.AsSpan().SequenceEqual(other.Needs.AsSpan()) && RouteNames.AsSpan().SequenceEqual(other.RouteNames.AsSpan());
    }
}
