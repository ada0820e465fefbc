using System.Globalization;
using System.Text.Json;
using Meltemi.Proxy.Config.Dynamic;
using Meltemi.Xds.Server;
using Meltemi.Xds.Writing;

namespace Meltemi.Proxy.Admin;

/// <summary>
/// What came from control planes, in the messages of Envoy's <c>/config_dump</c> (<c>envoy.admin.v3</c>): each resource as it came, its version and
/// when, what it waits as, and what was refused last and why.
/// </summary>
internal static class DynamicDump
{
    private const string Admin = "type.googleapis.com/envoy.admin.v3.";

    /// <summary>Writes the parts, one for each type.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ResourceStatus> resources)
    {
        var byType = resources.OrderBy(resource => resource.Name, StringComparer.Ordinal).ToLookup(resource => resource.Type);
        json.WriteStartObject();
        json.WriteString("@type", Admin + "ListenersConfigDump");
        WriteList(json, "dynamic_listeners", byType[XdsTypes.Listener], WriteListener);
        json.WriteEndObject();

        json.WriteStartObject();
        json.WriteString("@type", Admin + "ClustersConfigDump");
        WriteList(json, "dynamic_active_clusters", byType[XdsTypes.Cluster].Where(cluster => cluster.Warming is null), Active("cluster"));
        WriteList(json, "dynamic_warming_clusters", byType[XdsTypes.Cluster].Where(cluster => cluster.Warming is not null), Warming("cluster"));
        json.WriteEndObject();

        json.WriteStartObject();
        json.WriteString("@type", Admin + "RoutesConfigDump");
        WriteList(json, "dynamic_route_configs", byType[XdsTypes.Route], Active("route_config"));
        json.WriteEndObject();

        json.WriteStartObject();
        json.WriteString("@type", Admin + "EndpointsConfigDump");
        WriteList(json, "dynamic_endpoint_configs", byType[XdsTypes.Endpoints], Active("endpoint_config"));
        json.WriteEndObject();
    }

    private static void WriteList(
        Utf8JsonWriter json, string name, IEnumerable<ResourceStatus> resources, Action<Utf8JsonWriter, ResourceStatus> write)
    {
        json.WriteStartArray(name);
        foreach (var resource in resources)
        {
            json.WriteStartObject();
            write(json, resource);
            WriteError(json, resource);
            json.WriteString("client_status", resource switch
            {
                { Error: not null } => "NACKED",
                { Active: null, Warming: null } => "REQUESTED",
                _ => "ACKED",
            });
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteListener(Utf8JsonWriter json, ResourceStatus listener)
    {
        json.WriteString("name", listener.Name);
        WriteState("active_state", listener.Active);
        WriteState("warming_state", listener.Warming);

        void WriteState(string name, ReceivedResource? state)
        {
            if (state is null) return;
            json.WriteStartObject(name);
            WriteReceived(json, "listener", state);
            json.WriteEndObject();
        }
    }

    private static Action<Utf8JsonWriter, ResourceStatus> Active(string name) =>
        (json, resource) => WriteNamed(json, name, resource, resource.Active ?? resource.Warming);

    private static Action<Utf8JsonWriter, ResourceStatus> Warming(string name) => (json, resource) => WriteNamed(json, name, resource, resource.Warming);

    private static void WriteNamed(Utf8JsonWriter json, string name, ResourceStatus resource, ReceivedResource? received)
    {
        if (received is not null)
        {
            WriteReceived(json, name, received);
            return;
        }

        // Only asked for, or refused: Envoy's messages have no other place for the name.
        json.WriteStartObject(name);
        json.WriteString("@type", resource.Type);
        json.WriteString(resource.Type == XdsTypes.Endpoints ? "cluster_name" : "name", resource.Name);
        json.WriteEndObject();
    }

    private static void WriteReceived(Utf8JsonWriter json, string name, ReceivedResource received)
    {
        json.WriteString("version_info", received.Resource.Version);
        json.WritePropertyName(name);
        WireJson.WriteAny(json, received.Resource.Type, received.Resource.Body.Span);
        json.WriteString("last_updated", Time(received.At));
    }

    private static void WriteError(Utf8JsonWriter json, ResourceStatus resource)
    {
        if (resource.Error is not { } error) return;
        json.WriteStartObject("error_state");
        json.WritePropertyName("failed_configuration");
        WireJson.WriteAny(json, error.Resource.Type, error.Resource.Body.Span);
        json.WriteString("last_update_attempt", Time(error.At));
        json.WriteString("details", error.Details);
        json.WriteString("version_info", error.Resource.Version);
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
