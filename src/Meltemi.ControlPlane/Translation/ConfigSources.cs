using Envoy.Config.Core.V3;

namespace Meltemi.ControlPlane.Translation;

/// <summary>Where a proxy gets what a resource refers to.</summary>
internal static class ConfigSources
{
    /// <summary>By the stream that brought the resource.</summary>
    public static ConfigSource Ads() => new() { Ads = new(), ResourceApiVersion = ApiVersion.V3 };
}
