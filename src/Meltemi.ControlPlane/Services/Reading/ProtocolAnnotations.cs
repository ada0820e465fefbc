using System.Collections.Immutable;
using System.Globalization;
using Meltemi.Resources;
using Meltemi.Xds.Reading;

namespace Meltemi.ControlPlane.Services.Reading;

/// <summary>
/// Ports that speak several protocols, as annotations of a Service or ServiceEntry: <c>protocols.meltemi.org/9000: dubbo, thrift</c>, by the number or the
/// name of the port, or <c>auto</c> for all protocols; and how long clients may be silent, <c>protocols.meltemi.org/timeout: 2s</c>.
/// </summary>
internal static class ProtocolAnnotations
{
    /// <summary>What they begin with; a port follows.</summary>
    public const string Prefix = "protocols.meltemi.org/";

    private const string Timeout = Prefix + "timeout";
    private const int MostSeconds = 3600;

    /// <summary>The ports of a resource with what its annotations say of them.</summary>
    public static ImmutableArray<ServicePort> Apply(IEnumerable<ServicePort> ports, ResourceMeta meta)
    {
        var timeout = TimeoutOf(meta.Annotations) ?? TimeSpan.Zero;
        return [.. ports.Select(port => Apply(port, meta.Annotations, timeout))];
    }

    /// <summary>What is wrong with them: annotation and reason.</summary>
    public static IEnumerable<(string Field, string Reason)> Complaints(ResourceMeta meta, IReadOnlyCollection<ServicePort> ports)
    {
        foreach (var (key, value) in meta.Annotations)
        {
            if (!key.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            if (key == Timeout)
            {
                if (TimeoutOf(meta.Annotations) is null) yield return (Field(key), $"expected a duration up to 1h such as 2s or 500ms; '{value}' is ignored");
            }
            else if (!ports.Any(port => KeysOf(port).Contains(key)))
            {
                yield return (Field(key), $"no effect: there is no port '{key[Prefix.Length..]}'");
            }
            else if (ListOf(value).Length == 0)
            {
                yield return (Field(key), "no effect: expected protocols such as dubbo, thrift; or auto");
            }
        }
    }

    /// <summary>Where a port's protocols are named; null: not in an annotation.</summary>
    public static string? FieldOf(ServicePort port, ResourceMeta meta) =>
        KeysOf(port).FirstOrDefault(meta.Annotations.ContainsKey) is { } key ? Field(key) : null;

    private static ServicePort Apply(ServicePort port, ImmutableDictionary<string, string> annotations, TimeSpan timeout)
    {
        foreach (var key in KeysOf(port))
        {
            if (!annotations.TryGetValue(key, out var text) || ListOf(text) is not { Length: > 0 } list) continue;
            var all = list.Contains(ServicePort.Auto);
            port = port with { Kind = PortKind.Recognised, Application = all ? ServicePort.Auto : string.Join(',', list) };
            break;
        }

        return port.Kind == PortKind.Recognised ? port with { SilenceLimit = timeout } : port;
    }

    private static string[] KeysOf(ServicePort port)
    {
        var byNumber = Prefix + port.Number.ToString(CultureInfo.InvariantCulture);
        return port.Name.Length > 0 ? [byNumber, Prefix + port.Name] : [byNumber];
    }

    // Bytes are what is left in any case.
    private static string[] ListOf(string text) =>
        [.. text.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Where(name => name != "tcp")];

    private static TimeSpan? TimeoutOf(ImmutableDictionary<string, string> annotations) =>
        annotations.TryGetValue(Timeout, out var text) && GoDuration.TryParse(text, out var seconds) && seconds is >= 0 and <= MostSeconds
            ? TimeSpan.FromSeconds((double)seconds)
            : null;

    private static string Field(string annotation) => $"metadata.annotations[{annotation}]";
}
