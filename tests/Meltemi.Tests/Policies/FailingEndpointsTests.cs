using System.Net;
using DubboService;
using Meltemi.Codec;
using Meltemi.Protocols.Dubbo;
using Meltemi.Proxy;
using Meltemi.Proxy.Config;

namespace Meltemi.Tests.Policies;

/// <summary>Real Dubbo calls over real sockets while 3 of 10 servers fail half of theirs.</summary>
public class FailingEndpointsTests
{
    private const int Servers = 10;
    private const int Failing = 3;
    private const int Callers = 8;
    private const string Outliers = "outlier_detection: {consecutive_5xx: 5, max_ejection_percent: 50, base_ejection_time: 600s}";
    private const string Retries = "circuit_breakers: {thresholds: [{max_retries: 100}]}";

    [Fact]
    public async Task Without_policies_clients_see_every_seventh_call_fail()
    {
        var (calls, errors) = await Run("", callsEach: 500);
        Assert.InRange(errors / (double)calls, 0.12, 0.18); // 3/10 x 1/2
    }

    [Fact]
    public async Task Outlier_detection_and_one_retry_leave_less_than_one_error_in_a_thousand()
    {
        var (calls, errors) = await Run("""
            retry_policy: {retry_on: 5xx, num_retries: 1, retry_back_off: {base_interval: 0.001s}, retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts}], host_selection_retry_max_attempts: 5}
            """, callsEach: 5000);
        Assert.True(errors < calls / 1000, $"{errors} of {calls} calls failed");
    }

    private static async Task<(int Calls, int Errors)> Run(string retries, int callsEach)
    {
        var servers = Enumerable.Range(0, Servers).Select(i => new DubboServer(i < Failing ? HalfFails(i) : Works)).ToArray();
        using var host = new ProxyHost(loops: 2, new DataPlaneOptions { Seed = 11 });
        try
        {
            Assert.Empty(host.Apply(Config(servers, retries)));
            var front = (IPEndPoint)host.DataPlane.Listeners.Single().Addresses.Single();
            var errors = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => Call(front, callsEach))));
            return (Callers * callsEach, errors.Sum());
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private static async Task<int> Call(IPEndPoint front, int calls)
    {
        await using var client = await DubboClient.ConnectAsync(front.Address.ToString(), front.Port);
        var errors = 0;
        for (var i = 0; i < calls; i++)
        {
            var answer = await client.CallAsync(new Invocation { Interface = "shop.Orders", Method = "find", Arguments = ["a"] });
            if (answer.Status != DubboStatus.Ok) errors++;
        }

        return errors;
    }

    private static Task<Answer> Works(Invocation call) => Task.FromResult(Answer.Of("found"));

    private static Func<Invocation, Task<Answer>> HalfFails(int seed)
    {
        var random = new Random(seed);
        return call =>
        {
            lock (random) return random.Next(2) == 0 ? Works(call) : Task.FromResult(Answer.Failed(DubboStatus.ServiceError, "broken"));
        };
    }

    private static ProxyConfig Config(DubboServer[] servers, string retries)
    {
        var endpoints = servers.Select(server => $"{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {server.Port}}}}}}}}}");
        var loaded = BootstrapLoader.LoadText($$"""
            static_resources:
              listeners:
              - name: front
                address: {socket_address: {address: 127.0.0.1, port_value: 0} }
                filter_chains:
                - filters:
                  - name: aeraki.meta_protocol_proxy
                    typed_config:
                      "@type": type.googleapis.com/aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy
                      stat_prefix: front
                      application_protocol: dubbo
                      codec: {name: aeraki.meta_protocol.codec.dubbo}
                      route_config:
                        name: front
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          {{retries}}
                          routes: [{match: {prefix: /}, route: {cluster: orders} }]
              clusters:
              - name: orders
                type: STATIC
                {{(retries.Length > 0 ? Outliers : "")}}
                {{(retries.Length > 0 ? Retries : "")}}
                load_assignment:
                  cluster_name: orders
                  endpoints: [{lb_endpoints: [{{string.Join(", ", endpoints)}}]}]
            """, new CodecRegistry().Add(new DubboCodecFactory()));
        Assert.True(loaded.Config is not null, string.Join('\n', loaded.Problems));
        return loaded.Config;
    }
}
