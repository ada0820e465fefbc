using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Meltemi.Proxy.Config;

namespace Meltemi.Proxy.Outbound.Health.Checks;

/// <summary>
/// A request of HTTP/1.1. The status decides; the body is only read to get at the next answer, and a connection whose body is not of a known, small
/// length is not used again.
/// </summary>
internal sealed class HttpProbe(HttpProbeConfig config) : Probe
{
    private const int MaxHead = 16 * 1024;
    private const int MaxBody = 64 * 1024;

    private readonly byte[] _request = Encoding.UTF8.GetBytes(config.Request);
    private bool _canAskAgain = true;

    public override bool CanAskAgain => _canAskAgain;

    public override void Ask(IBufferWriter<byte> output) => output.Write(_request);

    public override ProbeResult Read(ReadOnlySpan<byte> data, IBufferWriter<byte> output, out int consumed)
    {
        consumed = 0;
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0) return data.Length < MaxHead ? ProbeResult.NeedMore : ProbeResult.Failed("the head of the answer is too long");
        var head = data[..end];
        if (!TryStatus(head, out var status)) return ProbeResult.Failed("the answer is not HTTP");
        var body = BodyLength(head, status);
        if (body is null or > MaxBody || Field(head, "connection"u8).SequenceEqual("close"u8)) _canAskAgain = false;
        var length = end + 4 + (_canAskAgain ? body!.Value : 0);
        if (data.Length < length) return ProbeResult.NeedMore;
        consumed = _canAskAgain ? length : data.Length;
        if (Has(config.Expected, status)) return ProbeResult.Well;
        return new(Has(config.Retriable, status) ? ProbeVerdict.Failed : ProbeVerdict.FailedForGood, $"HTTP status {status}");
    }

    // HTTP/1.1 200 OK
    private static bool TryStatus(ReadOnlySpan<byte> head, out int status)
    {
        status = 0;
        return head.StartsWith("HTTP/1."u8) && head.Length >= 12 && head[8] == ' ' && Utf8Parser.TryParse(head.Slice(9, 3), out status, out var used) && used == 3;
    }

    private int? BodyLength(ReadOnlySpan<byte> head, int status)
    {
        if (status is 204 or 304 || config.Request.StartsWith("HEAD ", StringComparison.Ordinal)) return 0;
        return Utf8Parser.TryParse(Field(head, "content-length"u8), out int length, out _) && length >= 0 ? length : null;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (head.IndexOf((byte)'\n') is >= 0 and var line)
        {
            head = head[(line + 1)..];
            if (head.Length <= name.Length || head[name.Length] != ':' || !Ascii.EqualsIgnoreCase(head[..name.Length], name)) continue;
            var value = head[(name.Length + 1)..];
            var end = value.IndexOf((byte)'\r');
            return (end < 0 ? value : value[..end]).Trim(" \t"u8);
        }

        return default;
    }

    private static bool Has(ImmutableArray<(long Start, long End)> ranges, int status)
    {
        foreach (var (start, end) in ranges)
        {
            if (status >= start && status < end) return true;
        }

        return false;
    }
}
