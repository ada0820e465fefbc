using System.Net.Sockets;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Load;

/// <summary>Single Dubbo requests on blocking sockets, for what is not about throughput.</summary>
internal static class Probe
{
    private static readonly RequestTemplate Template = Dubbo.Template(40, echo: true);
    private static long _id;

    /// <summary>Sends a request and reads its answer; throws if that is not the right one.</summary>
    public static void Ask(Socket socket)
    {
        var id = ++_id;
        var request = new byte[Template.Frame.Length];
        Template.CopyTo(request, (ulong)id);
        Dubbo.WriteId(request, id);
        socket.Send(request);

        using var stream = new NetworkStream(socket, ownsSocket: false);
        var header = new byte[Dubbo.HeaderSize];
        stream.ReadExactly(header);
        var length = Dubbo.FrameLength(header);
        if (length < 0)
            throw new InvalidDataException("An answer is not a frame of the protocol.");
        var frame = new byte[length];
        header.CopyTo(frame, 0);
        stream.ReadExactly(frame.AsSpan(header.Length));
        if (!Dubbo.TryReadAnswer(frame, out var checksum, out var echo))
            throw new InvalidDataException("Not a good answer: " + Dubbo.Explain(frame));
        if (Dubbo.ReadId(frame) != id || !Template.Fits((ulong)id, checksum, echo))
            throw new InvalidDataException("An answer belongs to another request.");
    }
}
