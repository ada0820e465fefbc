using System.Net.Sockets;
using Meltemi.Bench.Lab.Engine;
using Meltemi.Bench.Lab.Protocols;

namespace Meltemi.Bench.Lab.Upstream;

/// <summary>A connection of the upstream server: answers each request, all that arrived together with one send.</summary>
internal sealed class UpstreamPeer<TProtocol>(Reactor reactor, Socket socket) : Peer(reactor, socket)
    where TProtocol : struct, IWireProtocol
{
    protected override int OnData(ReadOnlySpan<byte> data, out int missing)
    {
        var taken = 0;
        missing = TProtocol.HeaderSize;
        while (data.Length - taken >= TProtocol.HeaderSize)
        {
            var length = TProtocol.FrameLength(data[taken..]);
            if (length < 0)
            {
                Refuse();
                return 0;
            }
            missing = length - (data.Length - taken);
            if (missing > 0)
                break;
            var answer = TProtocol.WriteAnswer(data.Slice(taken, length), Reserve(length + IWireProtocol.AnswerExtra));
            if (answer < 0)
            {
                Refuse();
                return 0;
            }
            Commit(answer);
            taken += length;
            missing = TProtocol.HeaderSize;
        }
        return taken;
    }

    protected override void OnLost(string reason)
    {
        // Clients come and go; the generator notices what matters.
    }

    private void Refuse()
    {
        Console.Error.WriteLine("upstream: not a request; connection closed");
        Close();
    }
}
