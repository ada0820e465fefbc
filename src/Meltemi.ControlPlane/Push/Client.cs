using Meltemi.ControlPlane.Services;
using Meltemi.ControlPlane.Translation;
using Meltemi.ControlPlane.Translation.EnvoyFilters;

namespace Meltemi.ControlPlane.Push;

/// <summary>What is the same for all proxies that get the same: by this they share a scope.</summary>
internal sealed record ScopeKey(ProxyType Type, string Namespace, LabelSet Labels, Locality Locality, InterceptionMode Interception)
{
    /// <summary>The key of a proxy.</summary>
    public static ScopeKey Of(ProxyNode node) => new(node.Type, node.Namespace, node.Labels, node.Locality, node.Interception);
}

/// <summary>A kind of client as the translations see it.</summary>
/// <param name="Key">What it is.</param>
/// <param name="Protocols">The protocols of the mesh; another object when any of them changed.</param>
/// <param name="Patches">The EnvoyFilters that apply to it; null: none. The same object for all clients to whom the same apply.</param>
internal sealed record Client(ScopeKey Key, ProtocolTable Protocols, EnvoyPatches? Patches)
{
    public LabelSet Labels => Key.Labels;

    public Locality Locality => Key.Locality;

    public InterceptionMode Interception => Key.Interception;
}
