using System.Text.Json;
using Meltemi.Resources;

namespace Meltemi.ControlPlane.Api.Objects;

/// <summary>How objects are shown to a client: whole, their metadata only, or as rows of a table.</summary>
internal interface IRepresentation
{
    /// <summary>Type of the answer.</summary>
    string ContentType { get; }

    /// <summary>One object by itself, also as the object of a watch's event.</summary>
    void WriteOne(Utf8JsonWriter json, Resource resource);

    /// <summary>A list up to its first item.</summary>
    void BeginList(Utf8JsonWriter json, ListMeta meta);

    /// <summary>One item of a list.</summary>
    void WriteItem(Utf8JsonWriter json, Resource resource);

    /// <summary>What a bookmark of a watch shows: nothing but a version.</summary>
    void WriteBookmark(Utf8JsonWriter json, long revision, bool initialEventsEnd);
}

/// <summary>What a list says about itself.</summary>
/// <param name="Revision">What it shows is the state at this revision.</param>
/// <param name="Continue">Where the next page begins; empty: it is the last one.</param>
/// <param name="Remaining">How many objects follow; null: unknown, as something is selected.</param>
internal readonly record struct ListMeta(long Revision, string Continue, int? Remaining)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("metadata");
        json.WriteString("resourceVersion", Revision.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (Continue.Length > 0) json.WriteString("continue", Continue);
        if (Continue.Length > 0 && Remaining is { } count) json.WriteNumber("remainingItemCount", count);
        json.WriteEndObject();
    }

    /// <summary>The metadata of a bookmark.</summary>
    public static void WriteBookmark(Utf8JsonWriter json, long revision, bool initialEventsEnd)
    {
        json.WriteStartObject("metadata");
        json.WriteString("resourceVersion", revision.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteNull("creationTimestamp");
        if (initialEventsEnd)
        {
            json.WriteStartObject("annotations");
            json.WriteString("k8s.io/initial-events-end", "true");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
