using Meltemi.Resources;

namespace Meltemi.ControlPlane.Services.Building;

/// <summary>How single changes change what is said about a host.</summary>
internal static class HostChanges
{
    /// <summary>A service instead of another one; null: none. The same object if nothing changes.</summary>
    public static HostConfig Service(HostConfig config, Service? before, Service? after)
    {
        if (before is not null && before.Equals(after)) return config;
        var services = before is null ? config.Services : Age.Remove(config.Services, before.Source);
        return config with { Services = after is null ? services : Age.Add(services, after) };
    }

    /// <summary>A DestinationRule comes or goes.</summary>
    public static HostConfig DestinationRule(HostConfig config, ResourceKey key, Resource? rule) => config with
    {
        DestinationRules = rule is null ? Age.Remove(config.DestinationRules, key) : Age.Add(config.DestinationRules, rule),
    };

    /// <summary>A MetaRouter comes or goes.</summary>
    public static HostConfig MetaRouter(HostConfig config, ResourceKey key, Resource? router) => config with
    {
        MetaRouters = router is null ? Age.Remove(config.MetaRouters, key) : Age.Add(config.MetaRouters, router),
    };

    /// <summary>A VirtualService comes or goes.</summary>
    public static HostConfig VirtualService(HostConfig config, ResourceKey key, Resource? service) => config with
    {
        VirtualServices = service is null ? Age.Remove(config.VirtualServices, key) : Age.Add(config.VirtualServices, service),
    };
}
