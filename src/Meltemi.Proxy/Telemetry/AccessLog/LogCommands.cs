using Meltemi.Proxy.Inbound;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>Envoy's command operators: which there are, and what each shows here.</summary>
internal static class LogCommands
{
    private static readonly Dictionary<string, TextOf> Texts = new(StringComparer.Ordinal)
    {
        ["PROTOCOL"] = static (in AccessLogEntry e) => e.Protocol,
        ["RESPONSE_FLAGS"] = static (in AccessLogEntry e) => e.ResponseFlag.Utf8(),
        ["RESPONSE_CODE_DETAILS"] = static (in AccessLogEntry e) => e.ResponseCodeDetails,
        ["UPSTREAM_HOST"] = static (in AccessLogEntry e) => e.UpstreamHost,
        ["UPSTREAM_CLUSTER"] = static (in AccessLogEntry e) => e.UpstreamCluster,
        ["UPSTREAM_CLUSTER_RAW"] = static (in AccessLogEntry e) => e.UpstreamCluster,
        ["UPSTREAM_TRANSPORT_FAILURE_REASON"] = static (in AccessLogEntry e) => e.UpstreamTransportFailureReason,
        ["CONNECTION_TERMINATION_DETAILS"] = static (in AccessLogEntry e) => e.ConnectionTerminationDetails,
        ["REQUESTED_SERVER_NAME"] = static (in AccessLogEntry e) => e.RequestedServerName,
        ["ROUTE_NAME"] = static (in AccessLogEntry e) => e.RouteName,
    };

    private static readonly Dictionary<string, TextOf> Addresses = new(StringComparer.Ordinal)
    {
        ["UPSTREAM_REMOTE_ADDRESS"] = static (in AccessLogEntry e) => e.UpstreamHost,
        ["UPSTREAM_LOCAL_ADDRESS"] = static (in AccessLogEntry e) => e.UpstreamLocalAddress,
        ["DOWNSTREAM_LOCAL_ADDRESS"] = static (in AccessLogEntry e) => e.DownstreamLocalAddress,
        ["DOWNSTREAM_REMOTE_ADDRESS"] = static (in AccessLogEntry e) => e.DownstreamRemoteAddress,
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS"] = static (in AccessLogEntry e) => e.DownstreamRemoteAddress,
    };

    private static readonly Dictionary<string, NumberOf> Numbers = new(StringComparer.Ordinal)
    {
        ["RESPONSE_CODE"] = static (in AccessLogEntry e, out long n) => Known(e.ResponseCode, out n),
        ["BYTES_RECEIVED"] = static (in AccessLogEntry e, out long n) => Known(e.BytesReceived, out n),
        ["BYTES_SENT"] = static (in AccessLogEntry e, out long n) => Known(e.BytesSent, out n),
        ["DURATION"] = static (in AccessLogEntry e, out long n) => Milliseconds(e.Duration, out n),
        ["REQUEST_DURATION"] = static (in AccessLogEntry e, out long n) => Milliseconds(e.RequestDuration, out n),
        ["RESPONSE_DURATION"] = static (in AccessLogEntry e, out long n) => Milliseconds(e.ResponseDuration, out n),
        ["RESPONSE_TX_DURATION"] = static (in AccessLogEntry e, out long n) =>
            Milliseconds(e.ResponseDuration < 0 ? -1 : e.Duration - e.ResponseDuration, out n),
        ["CONNECTION_ID"] = static (in AccessLogEntry e, out long n) => Known(e.ConnectionId, out n),
        ["UPSTREAM_REQUEST_ATTEMPT_COUNT"] = static (in AccessLogEntry e, out long n) => Known(e.UpstreamRequestAttempts, out n),
    };

    // Known to Envoy; this proxy has nothing to say there.
    private static readonly HashSet<string> Absent = new(StringComparer.Ordinal)
    {
        "DYNAMIC_METADATA", "METADATA", "CLUSTER_METADATA", "UPSTREAM_METADATA", "FILTER_STATE", "UPSTREAM_FILTER_STATE", "TRAILER",
        "GRPC_STATUS", "GRPC_STATUS_NUMBER", "VIRTUAL_CLUSTER_NAME", "LOCAL_REPLY_BODY", "FILTER_CHAIN_NAME", "STREAM_ID",
        "DOWNSTREAM_PEER_SUBJECT", "DOWNSTREAM_PEER_ISSUER", "DOWNSTREAM_PEER_URI_SAN", "DOWNSTREAM_LOCAL_SUBJECT",
        "DOWNSTREAM_LOCAL_URI_SAN", "DOWNSTREAM_TLS_VERSION", "DOWNSTREAM_TLS_CIPHER", "DOWNSTREAM_TLS_SESSION_ID",
        "DOWNSTREAM_TRANSPORT_FAILURE_REASON", "UPSTREAM_PEER_SUBJECT", "UPSTREAM_PEER_URI_SAN", "UPSTREAM_TLS_VERSION",
        "UPSTREAM_TLS_CIPHER",
    };

    /// <summary>
    /// The operator of a command; null if there is no such command. Errors of arguments are said in <paramref name="error"/>.
    /// </summary>
    /// <param name="name">Between the percent signs.</param>
    /// <param name="argument">Between parentheses; null: none.</param>
    /// <param name="maxLength">Behind the colon; most bytes of the value.</param>
    /// <param name="keys">Learns the attributes that are wanted.</param>
    /// <param name="escaping">How literals are escaped.</param>
    /// <param name="error">What is wrong with the argument.</param>
    public static LogOperator? Find(string name, string? argument, int maxLength, AccessLogKeys keys, Escaping escaping, out string? error)
    {
        error = null;
        if (name == "START_TIME")
        {
            if (string.IsNullOrEmpty(argument)) return new StartTimeOperator(TimeFormat.Default);
            if (TimeFormat.TryParse(argument, out var at) is { } format) return new StartTimeOperator(format);
            error = $"'{argument[at..]}' does not begin with a known time conversion";
            return null;
        }

        if (name is "REQ" or "RESP")
        {
            if (!string.IsNullOrEmpty(argument)) return Attribute(argument, name == "RESP", maxLength, keys);
            error = $"{name} needs the name of an attribute: %{name}(name)%";
            return null;
        }

        if (Texts.TryGetValue(name, out var text) || Addresses.TryGetValue(name, out text)) return new TextOperator(text, maxLength);
        if (Numbers.TryGetValue(name, out var number)) return new NumberOperator(number);
        if (AddressPart(name) is { } part) return new TextOperator(part, maxLength);
        if (name == "HOSTNAME") return new LiteralOperator(FormatParser.Escape(Environment.MachineName, escaping));
        return Absent.Contains(name) ? new AbsentOperator() : null;
    }

    // Attribute names are case-sensitive, header names were not: REQ(INTERFACE) is also satisfied by "interface".
    private static LogOperator Attribute(string argument, bool ofResponse, int maxLength, AccessLogKeys keys)
    {
        if (!ofResponse && argument.Equals("X-META-PROTOCOL-APPLICATION-PROTOCOL", StringComparison.OrdinalIgnoreCase))
        {
            return new TextOperator(Texts["PROTOCOL"], maxLength);
        }

        var names = argument.Split('?', 2).SelectMany(name => new[] { name, name.ToLowerInvariant() }).Where(name => name.Length > 0);
        var indices = names.Distinct(StringComparer.Ordinal).Select(name => keys.Add(name, ofResponse));
        return new AttributeOperator([.. indices], ofResponse, maxLength);
    }

    private static TextOf? AddressPart(string name)
    {
        const string WithoutPort = "_WITHOUT_PORT", Port = "_ADDRESS_PORT", OldPort = "_PORT";
        if (name.EndsWith(WithoutPort, StringComparison.Ordinal) && Addresses.TryGetValue(name[..^WithoutPort.Length], out var whole))
        {
            return (in AccessLogEntry entry) => AddressText.Split(whole(entry), out _);
        }

        if (!name.EndsWith(OldPort, StringComparison.Ordinal)) return null;
        var address = name.EndsWith(Port, StringComparison.Ordinal) ? name[..^OldPort.Length] : name[..^OldPort.Length] + "_ADDRESS";
        if (!Addresses.TryGetValue(address, out whole)) return null;
        return (in AccessLogEntry entry) =>
        {
            AddressText.Split(whole(entry), out var port);
            return port;
        };
    }

    private static bool Known(long value, out long number)
    {
        number = value;
        return true;
    }

    private static bool Milliseconds(long nanoseconds, out long number)
    {
        number = nanoseconds / 1_000_000;
        return nanoseconds >= 0;
    }
}
