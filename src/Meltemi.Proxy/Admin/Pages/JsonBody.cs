using System.Net;
using System.Text.Json;
using Meltemi.Proxy.Admin.Http;
using Meltemi.Proxy.Telemetry;

namespace Meltemi.Proxy.Admin.Pages;

/// <summary>JSON answers, and what Envoy's have in common.</summary>
internal static class JsonBody
{
    public static HttpResponse Write(Action<Utf8JsonWriter> content)
    {
        var output = new Utf8Buffer();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return HttpResponse.Json(output.Append((byte)'\n').WrittenMemory);
    }

    /// <summary><c>envoy.config.core.v3.Address</c>.</summary>
    public static void Address(Utf8JsonWriter json, string property, EndPoint address)
    {
        json.WriteStartObject(property);
        if (address is IPEndPoint ip)
        {
            json.WriteStartObject("socket_address");
            json.WriteString("address", ip.Address.ToString());
            json.WriteNumber("port_value", ip.Port);
        }
        else if (address is DnsEndPoint dns)
        {
            json.WriteStartObject("socket_address");
            json.WriteString("address", dns.Host);
            json.WriteNumber("port_value", dns.Port);
        }
        else
        {
            json.WriteStartObject("pipe");
            json.WriteString("path", address.ToString());
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
