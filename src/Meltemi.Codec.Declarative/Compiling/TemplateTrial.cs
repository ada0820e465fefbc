using System.Buffers;
using System.Text;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Writes every message that the codec can write, and decodes it again: what clients and servers would not understand shows before they see it.</summary>
internal sealed class TemplateTrial(CompileContext context, DeclaredCodec codec)
{
    private const ulong Id = 77;

    private static readonly byte[] Text = Encoding.UTF8.GetBytes("no healthy endpoint in cluster 'shop'");

    public void Run()
    {
        var info = codec.Info;
        if (context.Source.Status is null)
            context.Warning("status", "'status' is missing: nothing tells errors from answers, so retries, outlier detection and metrics take all for good");
        foreach (var reason in Enum.GetValues<ReplyReason>())
        {
            Reply(reason, MessageKind.Request);
            if (info.Streams) Reply(reason, MessageKind.StreamOpen);
        }

        if (info.Heartbeats)
        {
            var heartbeat = Written(output => codec.WriteHeartbeat(Id, 0, output));
            if (Check("heartbeat.request", heartbeat, Origin.Client, MessageKind.Heartbeat, out var frame))
            {
                var answer = Written(output => codec.WriteHeartbeatAnswer(heartbeat, frame, output));
                Check("heartbeat.answer", answer, Origin.Server, MessageKind.HeartbeatAnswer, out _);
            }
        }

        if (info.GoAway) Check("go_away", Written(output => codec.WriteGoAway(0, output)), Origin.Server, MessageKind.GoAway, out _);
        if (info.Cancels) CheckWhole("cancel", Written(output => codec.WriteCancel(Id, 0, output)), Origin.Client, out _);
    }

    private static byte[] Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private void Reply(ReplyReason reason, MessageKind kind)
    {
        const string At = "errors.message";
        var output = new ArrayBufferWriter<byte>();
        codec.WriteReply(new() { Id = Id, Kind = kind }, reason, Text, output);
        if (!CheckWhole(At, output.WrittenSpan.ToArray(), Origin.Server, out var frame)) return;
        var endsStream = kind == MessageKind.StreamOpen && frame.Kind is >= MessageKind.StreamOpen and <= MessageKind.StreamClose && frame.Flags.HasFlag(FrameFlags.EndBoth);
        if (frame.Kind != MessageKind.Response && !endsStream)
        {
            var wanted = kind == MessageKind.StreamOpen ? "a RESPONSE, or of a stream its end for both sides" : "a RESPONSE";
            context.Error(At, $"the answer for {Upper(reason)} to a {kind} decodes as {frame.Kind}; it has to be {wanted}");
        }
        else if (frame.Status == AnswerStatus.Ok && context.Source.Status is not null)
        {
            context.Error(At, $"the answer for {Upper(reason)} decodes as OK: clients would take it for a success");
        }
    }

    private bool Check(string at, byte[] message, Origin origin, MessageKind kind, out Frame frame)
    {
        if (!CheckWhole(at, message, origin, out frame)) return false;
        if (frame.Kind != kind) context.Error(at, $"the message decodes as {frame.Kind}, not as {kind}");
        return frame.Kind == kind;
    }

    private bool CheckWhole(string at, byte[] message, Origin origin, out Frame frame)
    {
        frame = default;
        var answer = codec.Decode(message, origin, null, ref frame);
        var what = answer.Status switch
        {
            DecodeStatus.Complete when frame.Length == message.Length => null,
            DecodeStatus.Complete => $"it has {message.Length} bytes, of which {frame.Length} are a message",
            DecodeStatus.NeedMore => $"it has {message.Length} bytes, and {answer.Needed} would be needed",
            _ => answer.Reason,
        };
        if (what is null && codec.Info.HasIds && frame.Id != Id && at != "go_away") what = $"its id is {frame.Id} instead of {Id}";
        if (what is not null) context.Error(at, $"the message cannot be decoded again: {what} ({Convert.ToHexStringLower(message.AsSpan(0, Math.Min(message.Length, 48)))})");
        return what is null;
    }

    private static string Upper(ReplyReason reason) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(reason.ToString());
}
