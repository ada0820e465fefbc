using System.Net;
using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Grpc.Client;
using Meltemi.Xds.Grpc.Server;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Meltemi.ControlPlane.Tests.Xds.Grpc;

/// <summary>An <see cref="EchoService"/> on loopback and a channel to it.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly GrpcHost _host;

    private EchoServer(GrpcHost host, EchoService service, GrpcChannelOptions? options) =>
        (_host, Service, Channel) = (host, service, new GrpcChannel(new Uri($"{(options?.Tls is null ? "http" : "https")}://{host.EndPoint}"), options));

    public EchoService Service { get; }

    public GrpcChannel Channel { get; }

    public IPEndPoint EndPoint => _host.EndPoint;

    public static async Task<EchoServer> StartAsync(GrpcServerOptions? server = null, GrpcChannelOptions? client = null, ListLog? log = null,
        HttpsConnectionAdapterOptions? tls = null)
    {
        var service = new EchoService();
        var host = await GrpcHost.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), app => service.Map(app, server), tls, log);
        return new(host, service, client);
    }

    public async Task<string> SayAsync(string text, GrpcCallOptions? options = null) =>
        (await Channel.UnaryAsync(EchoService.Say, new StringValue { Value = text }, options).WaitAsync(Limit)).Value;

    /// <summary>Stops serving, as a crash would.</summary>
    public ValueTask StopAsync() => _host.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _host.DisposeAsync();
    }
}
