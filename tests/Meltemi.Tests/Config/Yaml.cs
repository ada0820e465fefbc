using Meltemi.Proxy.Config;
using Meltemi.Xds.Reading;

namespace Meltemi.Tests.Config;

/// <summary>Loads what a test is about, with the rest of a bootstrap around it.</summary>
internal static class Yaml
{
    /// <summary>Path of the message that <see cref="Protocol"/> fills.</summary>
    public const string ProtocolPath = "static_resources.listeners[0].filter_chains[0].filters[0].typed_config";

    public static LoadResult Load(string text) => BootstrapLoader.LoadText(text, FakeProtocol.Registry());

    /// <summary>A listener with a Dubbo proxy; its further fields are given, and stand from line 12 on, ten columns to the right.</summary>
    public static string Protocol(string fields) => $$"""
        static_resources:
          clusters: { name: c, load_assignment: { endpoints: { lb_endpoints: { endpoint: { address: { pipe: { path: p } } } } } } }
          listeners:
          - name: l
            address: { socket_address: { address: 127.0.0.1, port_value: 1 } }
            filter_chains:
            - filters:
              - name: aeraki.meta_protocol_proxy
                typed_config:
                  "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy
                  stat_prefix: p
        {{Indent(fields, 10)}}
        """;

    /// <summary>A chain with routes in Aeraki's form; the list of routes stands from line 14 on, ten columns to the right.</summary>
    public static string Routes(string routes) => Protocol($"application_protocol: dubbo\nroute_config: {{ routes:\n{routes} }}");

    /// <summary>A cluster; its further fields are given, and stand from line 4 on, four columns to the right.</summary>
    public static string Cluster(string fields) => $"""
        static_resources:
          clusters:
          - name: c
        {Indent(fields, 4)}
        """;

    /// <summary>Loads what must have no problem at all.</summary>
    public static ProxyConfig LoadClean(string text)
    {
        var result = Load(text);
        Assert.Empty(result.Problems.Select(problem => problem.ToString()));
        return result.Config!;
    }

    /// <summary>The chain of the only listener of what must have no problem at all.</summary>
    public static ProtocolChainConfig LoadChain(string fields) =>
        Assert.IsType<ProtocolChainConfig>(LoadClean(Protocol(fields)).Listeners[0].Chain);

    /// <summary>Errors as <c>line:column path: message</c>; there is no configuration with one.</summary>
    public static IEnumerable<string> Errors(string text)
    {
        var result = Load(text);
        Assert.Equal(result.Problems.Any(problem => problem.Severity == ProblemSeverity.Error), result.Config is null);
        return result.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.ToString());
    }

    /// <summary>Warnings as <c>line:column path: message</c>.</summary>
    public static IEnumerable<string> Warnings(string text) =>
        Load(text).Problems.Where(problem => problem.Severity == ProblemSeverity.Warning).Select(problem => problem.ToString());

    private static string Indent(string text, int columns) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', columns) + line));
}
