using DubboService;

namespace Meltemi.Interop.Tests.Program;

/// <summary>Resources of a service with two versions.</summary>
internal static class GreetingResources
{
    /// <summary><c>greeting.shop</c> at an address, port 20880, with the subsets v1 and v2.</summary>
    public static string Service(string address, DubboServer one, DubboServer two) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: greeting }
        spec:
          hosts: [greeting.shop]
          addresses: [{{address}}]
          resolution: STATIC
          ports: [{ number: 20880, name: tcp-metaprotocol-dubbo, protocol: TCP }]
          endpoints:
          - { address: 127.0.0.1, ports: { tcp-metaprotocol-dubbo: {{one.Port}} }, labels: { version: v1 } }
          - { address: 127.0.0.1, ports: { tcp-metaprotocol-dubbo: {{two.Port}} }, labels: { version: v2 } }
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: greeting }
        spec: { host: greeting.shop, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
        """;
}
