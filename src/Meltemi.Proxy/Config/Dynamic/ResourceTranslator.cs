using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Meltemi.Codec;
using Meltemi.Proxy.Config.Translation;
using Meltemi.Xds.Reading;
using Meltemi.Xds.Server;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>
/// Turns received resources into the records that the proxy runs by, with the checks that files go through. What cannot be used has a reason that
/// names fields and problems.
/// </summary>
/// <param name="codecs">The protocols that are known.</param>
/// <param name="references">What the resources may refer to.</param>
internal sealed class ResourceTranslator(CodecRegistry codecs, IReferences references)
{
    public Translated<ListenerConfig> Listener(XdsResource resource) => Translate(
        resource, "envoy.config.listener.v3.Listener", Envoy.Config.Listener.V3.Listener.Parser, listener => listener.Name,
        (listener, context) => ListenerTranslator.Translate(listener, context, "") is { } config ? config with { Name = resource.Name } : null);

    public Translated<ClusterConfig> Cluster(XdsResource resource) => Translate(
        resource, "envoy.config.cluster.v3.Cluster", Envoy.Config.Cluster.V3.Cluster.Parser, cluster => cluster.Name,
        (cluster, context) => ClusterTranslator.Translate(cluster, context, ""));

    public Translated<RouteTableConfig> Routes(XdsResource resource) => Translate(
        resource, "envoy.config.route.v3.RouteConfiguration", RouteConfiguration.Parser, routes => routes.Name,
        (routes, context) => EnvoyRoutes.Translate(routes, codec: null, context, ""));

    public Translated<AssignmentConfig> Endpoints(XdsResource resource) => Translate(
        resource, "envoy.config.endpoint.v3.ClusterLoadAssignment", ClusterLoadAssignment.Parser, assignment => assignment.ClusterName,
        (assignment, context) => Translation.Endpoints.Translate(assignment, names: false, context, ""));

    private Translated<T> Translate<TMessage, T>(
        XdsResource resource, string type, MessageParser<TMessage> parser, Func<TMessage, string> nameOf, Func<TMessage, TranslationContext, T?> translate)
        where TMessage : IMessage<TMessage>
        where T : class
    {
        if (resource.Name.Length == 0) return new(null, "it has no name");
        var problems = new ProblemList();
        WireChecker.Check(type, resource.Body.Span, problems);
        if (problems.HasErrors) return Refuse<T>(problems);
        try
        {
            var message = parser.ParseFrom(resource.Body);
            if (nameOf(message) is { Length: > 0 } name && name != resource.Name) return new(null, $"its own name is '{name}'");
            var context = new TranslationContext(problems, codecs) { IsDynamic = true };
            var result = translate(message, context);
            CheckReferences(context);
            return result is null || problems.HasErrors ? Refuse<T>(problems) : new(result, null);
        }
        catch (InvalidProtocolBufferException e)
        {
            return new(null, $"the message is damaged: {e.Message}");
        }
    }

    private void CheckReferences(TranslationContext context)
    {
        foreach (var (path, source) in context.SourceReferences)
        {
            if (references.Complaint(source) is { } complaint) context.Problems.Error(path, complaint);
        }

        foreach (var (path, cluster, required) in context.ClusterReferences)
        {
            if (required && !references.HasCluster(cluster)) context.Problems.Error(path, $"there is no cluster '{cluster}'");
        }
    }

    private static Translated<T> Refuse<T>(ProblemList problems)
        where T : class
    {
        var errors = problems.ToSorted().Where(problem => problem.Severity == ProblemSeverity.Error);
        return new(null, string.Join("; ", errors.Select(error => error.Path.TrimStart('.') is { Length: > 0 } path ? $"{path}: {error.Message}" : error.Message)));
    }
}

/// <summary>What became of a resource: a record, or the reason why there is none.</summary>
internal readonly record struct Translated<T>(T? Config, string? Reason)
    where T : class;

/// <summary>What resources may refer to.</summary>
internal interface IReferences
{
    /// <summary>Why a source cannot be asked; null: it can.</summary>
    string? Complaint(SourceConfig source);

    /// <summary>Whether there is a cluster of this name.</summary>
    bool HasCluster(string name);
}
