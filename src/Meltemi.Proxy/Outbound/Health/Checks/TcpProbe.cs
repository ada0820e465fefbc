using System.Buffers;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Outbound.Health.Checks;

/// <summary>Sends bytes; the answer has to have others in it, each behind the one before.</summary>
internal sealed class TcpProbe(TcpProbeConfig config) : Probe
{
    // An answer that is longer without what it should have is none.
    private const int MaxAnswer = 64 * 1024;

    private readonly byte[] _send = Convert.FromHexString(config.Send);
    private readonly byte[][] _receive = [.. config.Receive.Select(Convert.FromHexString)];
    private bool _isAsked;

    public override bool OnlyConnects => _send.Length == 0 && _receive.Length == 0;

    public override void Ask(IBufferWriter<byte> output)
    {
        _isAsked = true;
        output.Write(_send);
    }

    public override ProbeResult Read(ReadOnlySpan<byte> data, IBufferWriter<byte> output, out int consumed)
    {
        consumed = data.Length;
        if (!_isAsked) return ProbeResult.NeedMore;
        var at = 0;
        foreach (var wanted in _receive)
        {
            var found = data[at..].IndexOf(wanted);
            if (found < 0)
            {
                if (data.Length >= MaxAnswer) return ProbeResult.Failed("the answer has not the bytes that it should have");
                consumed = 0;
                return ProbeResult.NeedMore;
            }

            at += found + wanted.Length;
        }

        _isAsked = false;
        return ProbeResult.Well;
    }
}
