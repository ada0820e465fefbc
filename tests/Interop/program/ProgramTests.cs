using Meltemi.Interop.Tests.Dubbo;
using Meltemi.Interop.Tests.Support;
using Meltemi.Interop.Tests.Thrift;
using Meltemi.Tests.Support;

namespace Meltemi.Interop.Tests.Program;

/// <summary>The program itself, with a configuration in Aeraki's form, between real clients and servers.</summary>
public sealed class ProgramTests(DubboServers dubbo, ThriftServers thrift) : IClassFixture<DubboServers>, IClassFixture<ThriftServers>
{
    private static readonly ThriftDialect Framed = new("framed", "compact", false);

    [PeerFact(Tools.Node, Tools.Npm, Tools.Thrift, Tools.PythonThrift, Tools.Promtool)]
    public async Task The_program_serves_by_a_file_reads_it_again_shows_its_figures_and_ends_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("meltemi-interop-");
        var (file, accessLog) = (Path.Combine(folder.FullName, "proxy.yaml"), Path.Combine(folder.FullName, "access.log"));
        await File.WriteAllTextAsync(file, await ConfigAsync(accessLog, DubboPeers.SofaServer, DubboPeers.ApacheServer));
        await using var meltemi = await MeltemiProgram.StartAsync(file);
        await using var calling = await ThriftPeers.ConnectAsync(ThriftPeers.Node, meltemi.PortOf("thrift"), Framed);

        var before = await DubboPeers.CallAsync(DubboPeers.Apache, meltemi.PortOf("dubbo"), "--attach", "user=jason", "who", "attachments");
        var others = await DubboPeers.CallAsync(DubboPeers.Remoting, meltemi.PortOf("dubbo"), "who");
        var thriftWho = await calling.CallAsync("""{"call": "who"}""");
        await File.WriteAllTextAsync(file, await ConfigAsync(accessLog, DubboPeers.ApacheServer, DubboPeers.SofaServer));
        await meltemi.ReloadAsync();
        var after = await DubboPeers.CallAsync(DubboPeers.Apache, meltemi.PortOf("dubbo"), "--attach", "user=jason", "who");
        var thriftAgain = await calling.CallAsync("""{"call": "who"}""");
        using var http = new HttpClient { BaseAddress = meltemi.Admin, Timeout = Safety.Limit };
        var figures = await http.GetStringAsync("/stats/prometheus");
        await calling.EndAsync();
        var exitCode = await meltemi.EndAsync();

        Assert.Equal(DubboPeers.ApacheServer, before["who"].Value.GetString());
        Assert.Equal("yes", before["attachments"].Value.GetProperty("x-mesh").GetString());
        Assert.Equal(DubboPeers.SofaServer, others["who"].Value.GetString());
        Assert.Equal(DubboPeers.SofaServer, after["who"].Value.GetString());
        Assert.Equal(("python", "python"), ((string?)thriftWho["result"], (string?)thriftAgain["result"]));
        var (promtoolExitCode, complaints) = Promtool.CheckMetrics(figures);
        Assert.True(promtoolExitCode is 0 or 3, complaints);
        Assert.Contains("request_method=\"whoAmI\"", figures);
        Assert.True(exitCode == 0, meltemi.Seen);
        Assert.Equal(4, (await File.ReadAllLinesAsync(accessLog)).Length);
        folder.Delete(recursive: true);
    }

    private async Task<string> ConfigAsync(string accessLog, string rest, string forJason) =>
        $$"""
        admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }
        static_resources:
          listeners:
          - name: dubbo
            address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
            filter_chains:
            - filters:
              - name: aeraki.meta_protocol_proxy
                typed_config:
                  "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy
                  stat_prefix: dubbo
                  protocol: { name: dubbo, codec: { name: aeraki.meta_protocol.codec.dubbo } }
                  access_log:
                  - name: envoy.access_loggers.file
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: {{accessLog}}
                  route_config:
                    name: greeter
                    routes:
                    - name: jason
                      match:
                        metadata:
                        - { name: interface, exact_match: com.example.Greeter }
                        - { name: user, exact_match: jason }
                      route: { cluster: for-jason }
                      request_mutation: [{ key: x-mesh, value: "yes" }]
                    - name: rest
                      route: { cluster: rest }
          - name: thrift
            address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
            filter_chains:
            - filters:
              - name: aeraki.meta_protocol_proxy
                typed_config:
                  "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy
                  stat_prefix: thrift
                  protocol: { name: thrift, codec: { name: aeraki.meta_protocol.codec.thrift }, multiplexing: true }
                  route_config: { name: shop, routes: [{ route: { cluster: shop } }] }
          clusters:
          {{Cluster("for-jason", await dubbo.GetAsync(forJason))}}
          {{Cluster("rest", await dubbo.GetAsync(rest))}}
          {{Cluster("shop", await thrift.GetAsync(ThriftPeers.Python, Framed))}}
        """;

    private static string Cluster(string name, PeerProcess server) =>
        $"- {{ name: {name}, load_assignment: {{ endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: "
        + $"{{ address: 127.0.0.1, port_value: {server.Address.Port} }} }} }} }}] }}] }} }}";
}
