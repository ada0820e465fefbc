using System.Text.Json;
using Meltemi.Proxy.Admin.Http;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>Listeners in Envoy's two forms: <c>name::address</c> lines, and <c>envoy.admin.v3.Listeners</c>.</summary>
internal static class ListenersPage
{
    public static HttpResponse Show(HttpRequest request, IAdminState state) => request.Parameter("format") switch
    {
        null or "text" => HttpResponse.Text(string.Concat(
            state.Listeners().SelectMany(listener => listener.Addresses.Select(address => $"{listener.Name}::{address}\n")))),
        "json" => Json(state),
        _ => HttpResponse.Error(400, "format is text or json"),
    };

    private static HttpResponse Json(IAdminState state) => JsonBody.Write(json =>
    {
        json.WriteStartArray("listener_statuses");
        foreach (var listener in state.Listeners())
        {
            json.WriteStartObject();
            json.WriteString("name", listener.Name);
            if (listener.Addresses.Count > 0) JsonBody.Address(json, "local_address", listener.Addresses[0]);
            json.WriteStartArray("additional_local_addresses");
            foreach (var address in listener.Addresses.Skip(1))
            {
                json.WriteStartObject();
                JsonBody.Address(json, "local_address", address);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteChains(json, listener.Chains);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    // Envoy has nothing of the kind here.
    private static void WriteChains(Utf8JsonWriter json, IReadOnlyList<ChainRow> chains)
    {
        json.WriteStartArray("filter_chains");
        foreach (var chain in chains)
        {
            json.WriteStartObject();
            json.WriteString("name", chain.Name);
            json.WriteStartArray("application_protocols");
            foreach (var protocol in chain.ApplicationProtocols) json.WriteStringValue(protocol);
            json.WriteEndArray();
            json.WriteString("protocol", chain.Protocol);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
