namespace Meltemi.Interop.Tests.Kubectl;

/// <summary>Objects to send.</summary>
internal static class Objects
{
    public const string Orders = """
        apiVersion: networking.istio.io/v1alpha3
        kind: ServiceEntry
        metadata:
          name: orders
          labels: {team: shop}
        spec:
          hosts: [orders.example]
          ports:
          - {number: 20880, name: tcp-metaprotocol-dubbo, protocol: tcp}
          resolution: STATIC
          endpoints:
          - address: 10.0.0.1
        """;

    public const string Routes = """
        apiVersion: metaprotocol.aeraki.io/v1alpha1
        kind: MetaRouter
        metadata: {name: orders}
        spec:
          hosts: [orders.example]
          routes:
          - name: canary
            match: {attributes: {user: {exact: jason}}}
            route:
            - destination: {host: orders.example, subset: v2}
          - route:
            - destination: {host: orders.example, subset: v1}
        """;

    public const string Web = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports:
          - {name: http, port: 80, targetPort: 8080}
          - {name: tcp-dubbo, port: 20880}
        """;
}
