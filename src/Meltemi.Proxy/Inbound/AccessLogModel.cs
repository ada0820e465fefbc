using System.Text;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Flow;
using Meltemi.Proxy.Outbound;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Transport;

namespace Meltemi.Proxy.Inbound;

/// <summary>A listener's access logs: what they need from messages, and a line for each end.</summary>
internal sealed class AccessLogModel
{
    private readonly AccessLogKeys _keys = new();
    private readonly AccessLogger[][] _loggers;
    private readonly byte[] _protocol;
    private AttributePacker? _request;
    private AttributePacker? _response;

    public AccessLogModel(ChainConfig chain, AccessLogFiles files, int loops)
    {
        var codec = (chain as ProtocolChainConfig)?.Codec.Info;
        _protocol = Encoding.UTF8.GetBytes(codec?.Name ?? "tcp");
        var logs = chain.AccessLogs.Select(log => (Format: AccessLogFormat.Compile(log, _keys, codec), File: files.Open(log.Path))).ToArray();
        _loggers = new AccessLogger[loops][];
        for (var i = 0; i < loops; i++) _loggers[i] = Array.ConvertAll(logs, log => new AccessLogger(log.Format, log.File, i));
        IsOn = logs.Length > 0;
    }

    /// <summary>Attributes that the lines show.</summary>
    public IEnumerable<string> WantedKeys => _keys.Request.Concat(_keys.Response);

    /// <summary>Whether attributes of answers are shown.</summary>
    public bool WantsResponses => _response is not null;

    /// <summary>The protocol's name.</summary>
    public ReadOnlySpan<byte> Protocol => _protocol;

    private bool IsOn { get; }

    /// <summary>The slots are known now.</summary>
    public AccessLogModel Bind(AttributeKeys keys)
    {
        if (_keys.Request.Count > 0) _request = new AttributePacker(_keys.Request, keys);
        if (_keys.Response.Count > 0) _response = new AttributePacker(_keys.Response, keys);
        return this;
    }

    /// <summary>Notes the request's attributes: its bytes will be gone when the line is written.</summary>
    public void Request(Exchange x, ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (_request is null) return;
        MakeRoom(x);
        x.LogLength = _request.Pack(values, message, x.LogBytes.AsSpan(0, _request.MaxBytes));
    }

    /// <summary>Notes the answer's attributes.</summary>
    public void Response(Exchange x, ReadOnlySpan<byte> message, AttributeValues values)
    {
        if (_response is null) return;
        MakeRoom(x);
        x.LogResponseLength = _response.Pack(values, message, x.LogBytes.AsSpan(x.LogLength));
    }

    /// <summary>The line of a request or stream.</summary>
    public void Write(Exchange x, Worker worker, ResponseFlag flag, int code, long duration)
    {
        if (!IsOn) return;
        var entry = Entry(x, duration, _protocol);
        entry.ResponseCode = code;
        entry.ResponseFlag = flag;
        entry.ResponseCodeDetails = Details(x, flag);
        entry.BytesSent = x.ResponseBytes;
        entry.RequestAttributes = x.LogBytes.AsSpan(0, x.LogLength);
        entry.ResponseAttributes = x.LogBytes.AsSpan(x.LogLength, x.LogResponseLength);
        foreach (var logger in _loggers[worker.Index]) logger.Log(entry);
    }

    /// <summary>What is known of a request at any time, its attributes apart.</summary>
    public static AccessLogEntry Entry(Exchange x, long duration, ReadOnlySpan<byte> protocol)
    {
        var entry = new AccessLogEntry
        {
            StartTicks = DateTime.UtcNow.Ticks - duration / 100,
            Protocol = protocol,
            BytesReceived = x.RequestBytes,
            Duration = duration,
            RequestDuration = 0,
            ResponseDuration = x.AnsweredNanoseconds > 0 ? x.AnsweredNanoseconds - x.StartNanoseconds : -1,
            UpstreamRequestAttempts = x.Attempts,
        };
        if (x.Endpoint is { } endpoint) entry.UpstreamHost = endpoint.NameUtf8;
        if (x.Cluster is { } cluster) entry.UpstreamCluster = cluster.Cluster.NameUtf8;
        if (x.SentOn is { } upstream) entry.UpstreamLocalAddress = upstream.LocalAddressUtf8;
        if (x.Route is { } route) entry.RouteName = route.NameUtf8;
        if (x.Client is { } client)
        {
            entry.ConnectionId = client.Id;
            entry.DownstreamRemoteAddress = client.RemoteAddressUtf8;
            entry.DownstreamLocalAddress = client.LocalAddressUtf8;
        }

        return entry;
    }

    /// <summary>The line of a TCP connection.</summary>
    public void Write(Worker worker, long id, Connection client, Connection? upstream, EndpointPool? endpoint, ResponseFlag flag, long duration)
    {
        if (!IsOn) return;
        var entry = new AccessLogEntry
        {
            StartTicks = DateTime.UtcNow.Ticks - duration / 100,
            Protocol = _protocol,
            ResponseFlag = flag,
            BytesReceived = client.BytesReceived,
            BytesSent = client.BytesSent,
            Duration = duration,
            RequestDuration = -1,
            ResponseDuration = -1,
            ConnectionId = id,
            UpstreamHost = endpoint?.NameUtf8,
            UpstreamCluster = endpoint?.Cluster.Cluster.NameUtf8,
            UpstreamLocalAddress = AddressText.Utf8(upstream?.LocalEndPoint),
            DownstreamRemoteAddress = AddressText.Utf8(client.RemoteEndPoint),
            DownstreamLocalAddress = AddressText.Utf8(client.LocalEndPoint),
        };
        foreach (var logger in _loggers[worker.Index]) logger.Log(entry);
    }

    private static ReadOnlySpan<byte> Details(Exchange x, ResponseFlag flag) =>
        x.IsLocalReply ? x.Reason.DetailsUtf8()
        : flag == ResponseFlag.DownstreamConnectionTermination ? LocalReplies.DownstreamDisconnect
        : LocalReplies.ViaUpstream;

    private void MakeRoom(Exchange x)
    {
        var most = (_request?.MaxBytes ?? 0) + (_response?.MaxBytes ?? 0);
        if (x.LogBytes.Length < most) Array.Resize(ref x.LogBytes, most);
    }
}
