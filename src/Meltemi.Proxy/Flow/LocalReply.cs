using System.Text.Unicode;
using Meltemi.Codec;

namespace Meltemi.Proxy.Flow;

/// <summary>The texts of the proxy's own answers: what happened, and with which cluster and endpoint.</summary>
internal static class LocalReply
{
    /// <summary>Longest text in bytes; a longer one is cut.</summary>
    public const int MaxText = 512;

    /// <summary>Writes the text of a reason; answers its length in bytes.</summary>
    public static int Text(Exchange x, ReplyReason reason, Span<byte> text)
    {
        var cluster = Short(x.ClusterName);
        var endpoint = Short(x.Endpoint?.Endpoint.Name);
        var written = 0;
        var fits = reason switch
        {
            ReplyReason.NoRoute => Utf8.TryWrite(text, $"meltemi: no route matches this request (NR)", out written),
            ReplyReason.NoCluster => Utf8.TryWrite(text, $"meltemi: route '{Short(x.RouteName)}' leads to a cluster that does not exist (NC)", out written),
            ReplyReason.NoHealthyEndpoint => Utf8.TryWrite(text, $"meltemi: no healthy endpoint in cluster '{cluster}' (UH)", out written),
            ReplyReason.ConnectFailure => Utf8.TryWrite(text, $"meltemi: cannot connect to {endpoint} of cluster '{cluster}' (UF)", out written),
            ReplyReason.ConnectTimeout => Utf8.TryWrite(text, $"meltemi: connecting to {endpoint} of cluster '{cluster}' timed out (UF)", out written),
            ReplyReason.ConnectionClosed => Utf8.TryWrite(text, $"meltemi: {endpoint} of cluster '{cluster}' closed the connection before answering (UC)", out written),
            ReplyReason.Timeout => Utf8.TryWrite(text, $"meltemi: no answer from cluster '{cluster}' ({endpoint}) in time (UT)", out written),
            ReplyReason.Overflow => Utf8.TryWrite(text, $"meltemi: cluster '{cluster}' is at a limit of connections or requests (UO)", out written),
            ReplyReason.MalformedRequest => Utf8.TryWrite(text, $"meltemi: the request is malformed (DPE)", out written),
            ReplyReason.MalformedResponse => Utf8.TryWrite(text, $"meltemi: {endpoint} of cluster '{cluster}' sent a malformed answer (UPE)", out written),
            ReplyReason.CannotRewrite => Utf8.TryWrite(text, $"meltemi: the route's changes cannot be made to this message (UPE)", out written),
            ReplyReason.Draining => Utf8.TryWrite(text, $"meltemi: the proxy is shutting down", out written),
            ReplyReason.RateLimited => Utf8.TryWrite(text, $"meltemi: rate limited (RL)", out written),
            ReplyReason.RateLimiterFailed => Utf8.TryWrite(text, $"meltemi: the rate limit service did not answer (RLSE)", out written),
            ReplyReason.Forbidden => Utf8.TryWrite(text, $"meltemi: forbidden (UAEX)", out written),
            _ => Utf8.TryWrite(text, $"meltemi: injected fault (FI)", out written),
        };
        if (!fits) return 0;
        return x.Attempts > 1 && Utf8.TryWrite(text[written..], $", after {x.Attempts} tries", out var more) ? written + more : written;
    }

    // Three names of this length and the longest sentence stay below MaxText bytes, whatever the names are made of.
    private static ReadOnlySpan<char> Short(string? name) => name is null ? "?" : name.AsSpan(0, Math.Min(name.Length, 64));
}
