using System.Net;
using System.Text;

namespace Meltemi.Program.Demo.Resources;

/// <summary>The demo's resources as texts.</summary>
internal static class MeshYaml
{
    /// <summary>Name of the file with a service and its versions.</summary>
    public static string ServiceFile(string service) => $"{service}.yaml";

    /// <summary>Name of the file with its routes.</summary>
    public static string RoutesFile(string service) => $"{service}-routes.yaml";

    /// <summary>ServiceEntry and DestinationRule.</summary>
    /// <param name="service">The service.</param>
    /// <param name="address">Where its clients connect.</param>
    /// <param name="instances">Where it runs.</param>
    public static string Service(string service, IPEndPoint address, IEnumerable<Instance> instances)
    {
        var (host, port) = (DemoService.Host(service), DemoService.PortName(service));
        var text = new StringBuilder($$"""
            # The {{service}} service. Written anew by each demo, since the ports are other ones.
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata:
              name: {{service}}
              namespace: default
            spec:
              hosts: [{{host}}]
              addresses: [{{address.Address}}]
              location: MESH_INTERNAL
              resolution: STATIC
              ports:
                - { number: {{address.Port}}, name: {{port}}, protocol: TCP }
              endpoints:

            """);
        foreach (var instance in instances)
            text.Append($"    - {{ address: 127.0.0.1, ports: {{ {port}: {instance.Port} }}, labels: {{ version: {instance.Version} }} }}\n");
        return text.Append($$"""
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata:
              name: {{service}}
              namespace: default
            spec:
              host: {{host}}
              trafficPolicy:
                connectionPool: { tcp: { connectTimeout: 1s } }
              subsets:
                - { name: v1, labels: { version: v1 } }
                - { name: v2, labels: { version: v2 } }

            """).ToString();
    }

    /// <summary>The MetaRouter. The attribute <c>user</c> is an attachment in Dubbo and a header in Thrift.</summary>
    public static string Routes(string service, DemoRules rules)
    {
        var host = DemoService.Host(service);
        var text = new StringBuilder($"""
            # Where calls of the {service} service go. Edit it while the demo runs: what you save is in force at once.
            # The keys of the demo write this file anew.
            apiVersion: metaprotocol.aeraki.io/v1alpha1
            kind: MetaRouter
            metadata:
              name: {service}
              namespace: default
            spec:
              hosts: [{host}]
              routes:

            """);
        if (rules.JasonToV2)
        {
            text.Append($$"""
                    - name: {{DemoRules.Jason}}
                      match:
                        attributes:
                          user: { exact: {{DemoRules.Jason}} }
                      route:
                        - destination: { host: {{host}}, subset: v2 }
                      timeout: 3s

                """);
        }

        text.Append("    - name: canary\n      route:\n");
        foreach (var (subset, weight) in ((string, int)[])[("v1", 100 - rules.CanaryPercent), ("v2", rules.CanaryPercent)])
            if (weight > 0) text.Append($"        - destination: {{ host: {host}, subset: {subset} }}\n          weight: {weight}\n");
        return text.Append("      timeout: 3s\n").ToString();
    }
}
