using System.Text.Json;

namespace Meltemi.ControlPlane.Api.Errors;

/// <summary>Writes a <c>Status</c> as JSON.</summary>
internal static class StatusWriter
{
    public static void Write(Utf8JsonWriter json, ApiStatus status)
    {
        json.WriteStartObject();
        json.WriteString("kind", "Status");
        json.WriteString("apiVersion", "v1");
        json.WriteStartObject("metadata");
        if (status.Continue.Length > 0) json.WriteString("continue", status.Continue);
        json.WriteEndObject();
        json.WriteString("status", status.IsSuccess ? "Success" : "Failure");
        if (status.Message.Length > 0) json.WriteString("message", status.Message);
        if (status.Reason.Length > 0) json.WriteString("reason", status.Reason);
        WriteDetails(json, status);
        json.WriteNumber("code", status.Code);
        json.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter json, ApiStatus status)
    {
        json.WriteStartObject("details");
        if (status.Name.Length > 0) json.WriteString("name", status.Name);
        if (status.Group.Length > 0) json.WriteString("group", status.Group);
        if (status.Kind.Length > 0) json.WriteString("kind", status.Kind);
        if (status.Uid.Length > 0) json.WriteString("uid", status.Uid);
        if (!status.Causes.IsEmpty)
        {
            json.WriteStartArray("causes");
            foreach (var cause in status.Causes)
            {
                json.WriteStartObject();
                json.WriteString("reason", cause.Reason);
                json.WriteString("message", cause.Message);
                if (cause.Field.Length > 0) json.WriteString("field", cause.Field);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (status.RetryAfterSeconds is { } seconds) json.WriteNumber("retryAfterSeconds", seconds);
        json.WriteEndObject();
    }
}
