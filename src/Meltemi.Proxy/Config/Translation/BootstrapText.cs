using System.Buffers;
using System.Text;
using System.Text.Json;
using Envoy.Config.Bootstrap.V3;
using Google.Protobuf;
using Meltemi.Xds.Writing;

namespace Meltemi.Proxy.Config.Translation;

/// <summary>
/// The bootstrap as a proxy tells it to its control plane, in the node's metadata: so that people see there what it was started with. There are no secrets
/// in what a bootstrap may say today; whoever adds one takes it out here.
/// </summary>
internal static class BootstrapText
{
    /// <summary>Name of the metadata.</summary>
    public const string Key = "MELTEMI_BOOTSTRAP";

    private const int MaxLength = 256 * 1024;

    /// <summary>As JSON; a long one without its static resources.</summary>
    public static string Write(Bootstrap bootstrap)
    {
        var text = Json(bootstrap);
        if (text.Length <= MaxLength) return text;
        var rest = bootstrap.Clone();
        rest.StaticResources = null;
        return Json(rest);
    }

    private static string Json(Bootstrap bootstrap)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) WireJson.Write(json, Bootstrap.Descriptor.FullName, bootstrap.ToByteArray());
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
