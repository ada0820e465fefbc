using Google.Protobuf.WellKnownTypes;
using Meltemi.Xds.Grpc;
using Meltemi.Xds.Grpc.Server;
using Microsoft.AspNetCore.Routing;

namespace Meltemi.ControlPlane.Tests.Xds.Grpc;

/// <summary>A service with every kind of call, for both halves of our gRPC and for those of others (tests/Interop/grpc speaks the same).</summary>
internal sealed class EchoService
{
    private const string Name = "meltemi.tests.Echo";

    public static GrpcMethod<StringValue, StringValue> Say { get; } = Method("Say");

    /// <summary>Answers "n-1" down to "0".</summary>
    public static GrpcMethod<StringValue, StringValue> CountDown { get; } = Method("CountDown");

    /// <summary>Answers all that was said, once.</summary>
    public static GrpcMethod<StringValue, StringValue> Join { get; } = Method("Join");

    /// <summary>Answers each message at once.</summary>
    public static GrpcMethod<StringValue, StringValue> Chat { get; } = Method("Chat");

    /// <summary>Ends with "code message".</summary>
    public static GrpcMethod<StringValue, StringValue> Fail { get; } = Method("Fail");

    /// <summary>Waits for its end, and remembers that it came.</summary>
    public static GrpcMethod<StringValue, StringValue> Hang { get; } = Method("Hang");

    /// <summary>Completes when a call of <see cref="Hang"/> was told to end.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many answers of <see cref="CountDown"/> were written.</summary>
    public int Written;

    public void Map(IEndpointRouteBuilder app, GrpcServerOptions? options = null)
    {
        app.MapGrpcUnary(Say, (request, call) =>
        {
            foreach (var (name, value) in call.Metadata.Where(one => one.Key.StartsWith("echo-", StringComparison.Ordinal)))
            {
                call.Headers.Add(name, value);
                call.Trailers.Add("trailer-" + name, value);
            }

            return Task.FromResult(new StringValue { Value = request.Value });
        }, options);
        app.MapGrpc(CountDown, async call =>
        {
            var request = await call.ReadAsync();
            var (count, size) = request!.Value.Split(' ') is [var c, var s] ? (int.Parse(c), int.Parse(s)) : (int.Parse(request.Value), 0);
            while (count-- > 0)
            {
                await call.WriteAsync(new StringValue { Value = $"{count}".PadRight(size) });
                Interlocked.Increment(ref Written);
            }
        }, options);
        app.MapGrpc(Join, async call =>
        {
            var all = "";
            while (await call.ReadAsync() is { } request) all += request.Value;
            await call.WriteAsync(new StringValue { Value = all });
        }, options);
        app.MapGrpc(Chat, async call =>
        {
            while (await call.ReadAsync() is { } request) await call.WriteAsync(request);
        }, options);
        app.MapGrpcUnary(Fail, (request, _) =>
        {
            var blank = request.Value.IndexOf(' ', StringComparison.Ordinal);
            if (blank < 0) throw new InvalidOperationException(request.Value);
            throw new GrpcException((GrpcStatusCode)int.Parse(request.Value[..blank]), request.Value[(blank + 1)..]) { Trailers = new() { { "why", "asked" } } };
        }, options);
        app.MapGrpc(Hang, async call =>
        {
            await call.WriteHeadersAsync();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancel);
            }
            finally
            {
                Ended.TrySetResult();
            }
        }, options);
    }

    private static GrpcMethod<StringValue, StringValue> Method(string name) => new(Name, name, StringValue.Parser, StringValue.Parser);
}
