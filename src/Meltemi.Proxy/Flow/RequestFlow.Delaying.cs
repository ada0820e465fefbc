using System.Buffers;
using Meltemi.Proxy.Filters.Faults;

namespace Meltemi.Proxy.Flow;

/// <summary>What goes on after an injected delay.</summary>
internal sealed partial class RequestFlow
{
    /// <summary>The delay is over: the request goes to its cluster or is answered with an error, the answer to its client.</summary>
    private void Undelay(Exchange x)
    {
        var bytes = x.Held!;
        x.Held = null;
        var message = bytes.AsSpan(0, x.HeldLength);
        var frame = x.HeldFrame;
        if (x.Fault.OfAnswer)
        {
            x.State = ExchangeState.Answering;
            Answer(x, message, frame);
        }
        else
        {
            x.State = ExchangeState.Filtering;
            ReadAttributes(x, message, frame);
            if (!FaultInjection.Aborts(worker, x)) Forward(x, message, frame);
        }

        ArrayPool<byte>.Shared.Return(bytes);
    }
}
