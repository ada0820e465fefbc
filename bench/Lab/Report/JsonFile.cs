using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meltemi.Bench.Lab.Report;

/// <summary>How results look as JSON.</summary>
internal static class JsonFile
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
