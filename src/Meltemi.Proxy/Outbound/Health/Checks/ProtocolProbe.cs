using System.Buffers;
using Meltemi.Codec;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Outbound.Health.Checks;

/// <summary>A heartbeat or a request of the endpoint's own protocol, by its codec.</summary>
internal sealed class ProtocolProbe : Probe
{
    private readonly ICodec _codec;
    private readonly byte[] _request;
    private readonly bool _applicationErrorsFail;
    private readonly object? _state;
    private readonly Frame _asked;
    private ulong _id;
    private bool _isAsked;

    public ProtocolProbe(ProtocolProbeConfig config)
    {
        _codec = config.Codec;
        _request = Convert.FromHexString(config.Request);
        _applicationErrorsFail = config.ApplicationErrorsFail;
        _state = _codec.NewConnectionState(Origin.Server);
        if (_request.Length > 0) _codec.Decode(_request, Origin.Client, _codec.NewConnectionState(Origin.Client), ref _asked);
        _id = _asked.Id;
    }

    private bool IsHeartbeat => _request.Length == 0;

    public override void Ask(IBufferWriter<byte> output)
    {
        _isAsked = true;
        if (IsHeartbeat) _codec.WriteHeartbeat(++_id, _asked.Variant, output);
        else output.Write(_request);
    }

    public override ProbeResult Read(ReadOnlySpan<byte> data, IBufferWriter<byte> output, out int consumed)
    {
        consumed = 0;
        while (consumed < data.Length)
        {
            var frame = new Frame { Memo = _asked.Memo };
            var decoded = _codec.Decode(data[consumed..], Origin.Server, _state, ref frame);
            if (decoded.Status == DecodeStatus.NeedMore) break;
            if (decoded.Status != DecodeStatus.Complete) return ProbeResult.Failed($"the answer breaks the protocol: {decoded.Reason}");
            var message = data.Slice(consumed, frame.Length);
            consumed += frame.Length;
            var result = Judge(message, frame, output);
            if (result.Verdict == ProbeVerdict.NeedMore) continue;
            _isAsked = false;
            return result;
        }

        return ProbeResult.NeedMore;
    }

    private ProbeResult Judge(ReadOnlySpan<byte> message, in Frame frame, IBufferWriter<byte> output)
    {
        switch (frame.Kind)
        {
            case MessageKind.Heartbeat:
                _codec.WriteHeartbeatAnswer(message, frame, output);
                return ProbeResult.NeedMore;
            case MessageKind.HeartbeatAnswer when IsHeartbeat && _isAsked:
                return ProbeResult.Well;
            case MessageKind.GoAway:
                return ProbeResult.Failed("it wants no requests (go-away)");
            case MessageKind.Response when _isAsked && (!_codec.Info.HasIds || frame.Id == _id):
                var isWell = frame.Status == AnswerStatus.Ok || (frame.Status == AnswerStatus.ApplicationError && !_applicationErrorsFail);
                return isWell || IsHeartbeat ? ProbeResult.Well : ProbeResult.Failed($"it answered with status {frame.Code} ({frame.Status})");
            default:
                return ProbeResult.NeedMore;
        }
    }
}
