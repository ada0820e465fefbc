using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Schema;
using Meltemi.Xds.Yaml;
using static Meltemi.Resources.Istio.EnvoyFilter.Types;
using static Meltemi.Resources.Istio.EnvoyFilter.Types.Patch.Types;
using MetaFilter = Aeraki.MetaProtocolProxy.V1Alpha.MetaProtocolFilter;

namespace Meltemi.ControlPlane.Translation.EnvoyFilters;

/// <summary>Reads the value of a patch as the message that it is a value for.</summary>
internal static class PatchValues
{
    /// <summary>The type of message that a patch is about; null: nothing that is made here.</summary>
    public static MessageDescriptor? TypeOf(ApplyTo applyTo) => applyTo switch
    {
        ApplyTo.Listener => Listener.Descriptor,
        ApplyTo.FilterChain => FilterChain.Descriptor,
        ApplyTo.NetworkFilter => Filter.Descriptor,
        ApplyTo.ListenerFilter => ListenerFilter.Descriptor,
        ApplyTo.HttpFilter => MetaFilter.Descriptor,
        ApplyTo.RouteConfiguration => RouteConfiguration.Descriptor,
        ApplyTo.VirtualHost => VirtualHost.Descriptor,
        ApplyTo.HttpRoute => Route.Descriptor,
        ApplyTo.Cluster => Cluster.Descriptor,
        _ => null,
    };

    /// <summary>The message; null: the value cannot be read (reported), and the patch is not applied.</summary>
    public static IMessage? Read(Patch patch, MessageDescriptor type, FieldPath path)
    {
        if (patch.Value is null)
        {
            path.NotAccepted("'value' is missing");
            return null;
        }

        var node = StructNodes.Of(patch.Value);
        var problems = new ProblemList();
        CheckTypes(node, path.Path, problems);
        var partial = patch.Operation == Operation.Merge;
        var wire = ResourceReader.ToWire(SchemaSet.Default, node, type.FullName, problems, path.Path, partial);
        foreach (var problem in problems.ToSorted())
        {
            var place = path with { Path = problem.Path };
            if (problem.Severity == ProblemSeverity.Error)
                place.NotAccepted($"{problem.Message}; the patch is not applied");
            else
                place.Warning(problem.Message);
        }

        return problems.HasErrors ? null : type.Parser.ParseFrom(wire.Span);
    }

    /// <summary>What is in an Any of an unknown type would be lost on the way.</summary>
    private static void CheckTypes(YamlNode node, string path, ProblemList problems)
    {
        if (node is YamlSequence list)
        {
            for (var i = 0; i < list.Items.Count; i++) CheckTypes(list.Items[i], $"{path}[{i}]", problems);
            return;
        }

        if (node is not YamlMapping mapping) return;
        if (mapping.Find("@type") is YamlScalar { Text: var url })
        {
            if (AnyTypes.IsTypedStruct(url) && (mapping.Find("type_url") ?? mapping.Find("typeUrl")) is YamlScalar inner) url = inner.Text;
            if (SchemaSet.Default.Message(AnyTypes.TypeName(url)) is null)
                problems.Error(path, $"the message type {AnyTypes.TypeName(url)} is not known here, so that it cannot be sent");
        }

        foreach (var entry in mapping.Entries) CheckTypes(entry.Value, $"{path}.{entry.Key}", problems);
    }
}
