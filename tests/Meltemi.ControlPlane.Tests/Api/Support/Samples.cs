namespace Meltemi.ControlPlane.Tests.Api.Support;

/// <summary>Objects to send.</summary>
internal static class Samples
{
    public static string Router(string name, string host = "orders.example", string metadata = "", string spec = "") => $$$"""
        {
          "apiVersion": "metaprotocol.aeraki.io/v1alpha1", "kind": "MetaRouter",
          "metadata": {"name": "{{{name}}}"{{{Also(metadata)}}}},
          "spec": {"hosts": ["{{{host}}}"], "routes": [{"name": "all", "route": [{"destination": {"host": "{{{host}}}"}}]}]{{{Also(spec)}}}}
        }
        """;

    public static string Rule(string name, string host = "orders.example", string metadata = "") => $$$"""
        {
          "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
          "metadata": {"name": "{{{name}}}"{{{Also(metadata)}}}},
          "spec": {"host": "{{{host}}}", "subsets": [{"name": "v1", "labels": {"version": "v1"}}]}
        }
        """;

    public static string Service(string name) => $$$"""
        {
          "apiVersion": "v1", "kind": "Service", "metadata": {"name": "{{{name}}}"},
          "spec": {"selector": {"app": "{{{name}}}"}, "ports": [{"name": "http", "port": 80}, {"name": "tcp-dubbo", "port": 20880}]}
        }
        """;

    private static string Also(string members) => members.Length == 0 ? "" : ", " + members;
}
