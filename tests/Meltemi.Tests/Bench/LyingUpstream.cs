using System.Net;
using System.Net.Sockets;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Tests.Bench;

/// <summary>What is wrong with the answers.</summary>
public enum Lie
{
    OtherId,
    OtherPayload,
    Failure,
    Garbage,
    HangUp,
}

/// <summary>A Dubbo server whose third answer on a connection is wrong.</summary>
internal sealed class LyingUpstream : IAsyncDisposable
{
    private const int WrongAnswer = 3;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _task;

    public LyingUpstream(Lie lie)
    {
        _listener.Start();
        _task = Serve(lie);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await _task;
        _listener.Dispose();
    }

    private async Task Serve(Lie lie)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        for (var count = 1; ; count++)
        {
            var request = new byte[Dubbo.Template(40, echo: true).Frame.Length];
            if (await stream.ReadAtLeastAsync(request, request.Length, throwOnEndOfStream: false) < request.Length)
                return;
            var answer = new byte[request.Length + IWireProtocol.AnswerExtra];
            var length = Dubbo.WriteAnswer(request, answer);
            if (count == WrongAnswer)
            {
                if (lie == Lie.HangUp)
                    return;
                Falsify(answer, lie);
            }
            await stream.WriteAsync(answer.AsMemory(0, length));
        }
    }

    private static void Falsify(byte[] answer, Lie lie)
    {
        switch (lie)
        {
            case Lie.OtherId:
                answer[6] ^= 1;
                break;
            case Lie.OtherPayload:
                answer[50] ^= 1;
                break;
            case Lie.Failure:
                answer[3] = 80;
                break;
            default:
                answer[0] = 0;
                break;
        }
    }
}
