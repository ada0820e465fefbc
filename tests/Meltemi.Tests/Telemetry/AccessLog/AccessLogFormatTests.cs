using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Meltemi.Codec;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.AccessLog;

namespace Meltemi.Tests.Telemetry.AccessLog;

public class AccessLogFormatTests
{
    [Theory]
    [InlineData("%START_TIME%", "2026-01-31T14:05:06.789Z")]
    [InlineData("%START_TIME(%Y/%m/%dT%H:%M:%S%z %s)%", "2026/01/31T14:05:06+0000 1769868306")]
    [InlineData("%START_TIME(%s.%3f|%f|%6f|%1f)%", "1769868306.789|789012300|789012|7")]
    [InlineData("%START_TIME(%a %A %b %B %e %j %y %C %I %p %u %w %Z%n%t%%)%", "Sat Saturday Jan January 31 031 26 20 02 PM 6 6 UTC\n\t%")]
    [InlineData("%START_TIME(%F %T %R %D %h)%", "2026-01-31 14:05:06 14:05 01/31/26 Jan")]
    [InlineData("%PROTOCOL%", "dubbo")]
    [InlineData("%RESPONSE_CODE%", "20")]
    [InlineData("%RESPONSE_FLAGS%", "UT")]
    [InlineData("%RESPONSE_CODE_DETAILS%", "upstream_response_timeout")]
    [InlineData("%BYTES_RECEIVED% %BYTES_SENT%", "250 40")]
    [InlineData("%DURATION% %REQUEST_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION%", "12 3 9 3")]
    [InlineData("%UPSTREAM_HOST% %UPSTREAM_REMOTE_ADDRESS%", "10.0.0.2:20880 10.0.0.2:20880")]
    [InlineData("%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %UPSTREAM_REMOTE_PORT%", "10.0.0.2 20880")]
    [InlineData("%UPSTREAM_CLUSTER% %UPSTREAM_CLUSTER_RAW%", "outbound|1||a outbound|1||a")]
    [InlineData("%UPSTREAM_LOCAL_ADDRESS% %UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %UPSTREAM_LOCAL_PORT%", "[::1]:4000 ::1 4000")]
    [InlineData("%UPSTREAM_REQUEST_ATTEMPT_COUNT%", "1")]
    [InlineData("%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_LOCAL_PORT%", "/run/a:1 /run/a:1 -")]
    [InlineData("%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", "10.0.0.1:5000 10.0.0.1")]
    [InlineData("%DOWNSTREAM_DIRECT_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_PORT%", "10.0.0.1:5000 5000")]
    [InlineData("%CONNECTION_ID%", "77")]
    [InlineData("%ROUTE_NAME%", "r1")]
    [InlineData("%REQ(method)% %REQ(METHOD)% %REQ(none)% %REQ(none?user)% %REQ(X?Y)%", "say say - bob -")]
    [InlineData("%REQ(X-META-PROTOCOL-APPLICATION-PROTOCOL)%", "dubbo")]
    [InlineData("%REQ(method):2% %UPSTREAM_CLUSTER:3%", "sa out")]
    [InlineData("%RESP(status)% %RESP(method)%", "fine -")]
    [InlineData("%UPSTREAM_TRANSPORT_FAILURE_REASON%", "connection refused")]
    [InlineData("%CONNECTION_TERMINATION_DETAILS%", "-")]
    [InlineData("%REQUESTED_SERVER_NAME%", "a.example")]
    [InlineData("%DYNAMIC_METADATA(a:b)% %METADATA(ROUTE:a)% %FILTER_STATE(x:PLAIN):3% %GRPC_STATUS%", "- - - -")]
    [InlineData("100%% [ü] \"\\", "100% [ü] \"\\")]
    public void Every_command_shows_its_value(string format, string expected) => Assert.Equal(expected, Text(format));

    [Fact]
    public void The_host_has_a_name() => Assert.Equal(Environment.MachineName, Text("%HOSTNAME%"));

    [Theory]
    [InlineData("abc %NO_SUCH_THING%", 5, "NO_SUCH_THING")]
    [InlineData("%%%START_TIME", 3, "does not end")]
    [InlineData("50% of", 3, "does not end")]
    [InlineData("%REQ(a%", 1, "not closed")]
    [InlineData("%REQ%", 1, "needs the name")]
    [InlineData("%RESP()%", 1, "needs the name")]
    [InlineData("%REQ(a):x%", 1, "length")]
    [InlineData("%REQ(a):99999999999%", 1, "length")]
    [InlineData("%START_TIME(%Y-%Q)%", 1, "'%Q'")]
    [InlineData("%START_TIME(%Y%)%", 1, "'%'")]
    [InlineData("%START_TIME(%9)%", 1, "'%9'")]
    [InlineData("%", 1, "does not end")]
    [InlineData("% %", 1, "does not end")]
    public void A_broken_command_is_refused_with_its_position(string format, int position, string reason)
    {
        var error = Assert.Throws<FormatException>(() => Text(format));
        Assert.Contains($"position {position}:", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_a_dash()
    {
        var format = Compile(new AccessLogConfig { Path = "x", Format = AccessLogFormat.DefaultText(Dubbo) }, out _);
        var output = new Utf8Buffer();
        format.Write(new AccessLogEntry { RequestDuration = -1, ResponseDuration = -1 }, output);

        Assert.Equal("[0001-01-01T00:00:00.000Z] - \"- -\" 0 - - - \"-\" 0 0 0 - \"-\" \"-\" - - - - - -\n", output.ToString());
    }

    [Fact]
    public void The_default_format_shows_interface_and_method()
    {
        Assert.Equal(
            "[2026-01-31T14:05:06.789Z] dubbo \"org.Demo say\" 20 UT upstream_response_timeout - \"connection refused\" 250 40 12 9 "
            + "\"-\" \"10.0.0.2:20880\" outbound|1||a [::1]:4000 /run/a:1 10.0.0.1:5000 a.example r1\n",
            Text(null));
        Assert.DoesNotContain("REQ(i", AccessLogFormat.DefaultText(null), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_collected_once_for_all_logs_of_a_listener()
    {
        var keys = new AccessLogKeys();
        AccessLogFormat.Compile(new AccessLogConfig { Path = "a", Format = "%REQ(User)% %REQ(b?c)% %RESP(d)%" }, keys, Dubbo);
        AccessLogFormat.Compile(new AccessLogConfig { Path = "b", Format = "%REQ(c)% %REQ(e)%" }, keys, Dubbo);

        Assert.Equal(["User", "user", "b", "c", "e"], keys.Request);
        Assert.Equal(["d"], keys.Response);
    }

    [Fact]
    public void Json_keeps_the_order_and_knows_numbers_and_nothing()
    {
        var line = Json(
            ("time", "%START_TIME%"), ("code", "%RESPONSE_CODE%"), ("ms", "%DURATION%"), ("none", "%REQ(none)%"),
            ("mixed", "%RESPONSE_CODE%/%REQ(none)%"), ("a.b", "%REQ(method)%"), ("text", "say \"hi\""), ("empty", ""));

        Assert.Equal(
            "{\"time\":\"2026-01-31T14:05:06.789Z\",\"code\":20,\"ms\":12,\"none\":null,\"mixed\":\"20/-\",\"a.b\":\"say\","
            + "\"text\":\"say \\\"hi\\\"\",\"empty\":\"\"}\n",
            line);
        Assert.Equal("{}\n", Json());
    }

    [Fact]
    public void Evil_values_cannot_leave_their_json_string()
    {
        var line = Json(("k\"\n", "%REQ(evil)%"), ("x", "pre\"\\ %REQ(evil)%"), ("y", "%REQ(torn)%"));
        using var json = JsonDocument.Parse(line);

        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.Equal("\",\"x\":1}\n\\\u0000\u001b\u007fü\U0001F32C", json.RootElement.GetProperty("k\"\n").GetString());
        Assert.Equal("pre\"\\ \",\"x\":1}\n\\\u0000\u001b\u007fü\U0001F32C", json.RootElement.GetProperty("x").GetString());
        Assert.Equal("a\uFFFD\uFFFDb", json.RootElement.GetProperty("y").GetString());
    }

    [Fact]
    public void Evil_values_cannot_leave_their_text_line()
    {
        Assert.Equal("\\x22,\\x22x\\x22:1}\\x0A\\x5C\\x00\\x1B\\x7Fü\U0001F32C", Text("%REQ(evil)%"));
        Assert.Equal("a\\xC3\\xFFb", Text("%REQ(torn)%"));
    }

    [Fact]
    public void A_value_that_is_cut_within_a_character_is_still_text()
    {
        Assert.Equal("a\\xC3", Text("%REQ(umlaut):2%"));
        Assert.Equal("{\"k\":\"a\uFFFD\"}\n", Json(("k", "%REQ(umlaut):2%")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public void Packed_attributes_that_find_no_room_are_absent(int room)
    {
        var keys = new AttributeKeys(["a", "b"]);
        var values = new AttributeValues();
        values.Reset(keys);
        values.SetCopy(0, "123456"u8);
        values.SetCopy(1, "x"u8);
        var packer = new AttributePacker(["b", "missing", "a"], keys);
        var packed = new byte[room];
        var length = packer.Pack(values, default, packed);

        Assert.InRange(length, 0, room);
        Assert.Equal(room >= 3, AttributePacker.TryGet(packed.AsSpan(0, length), 0, out var b));
        Assert.Equal(room >= 3 ? "x" : "", Encoding.UTF8.GetString(b));
        Assert.False(AttributePacker.TryGet(packed.AsSpan(0, length), 1, out _));
        Assert.False(AttributePacker.TryGet(packed.AsSpan(0, length), 2, out _));
        Assert.False(AttributePacker.TryGet(packed.AsSpan(0, length), 3, out _));
    }

    [Fact]
    public void Writing_lines_allocates_nothing()
    {
        var text = Compile(new AccessLogConfig { Path = "x" }, out var textKeys);
        var json = Compile(new AccessLogConfig { Path = "x", Json = [new("a", "%START_TIME%"), new("b", "%REQ(evil)%")] }, out var jsonKeys);
        var output = new Utf8Buffer(4096);
        Write(text, textKeys, output);
        Write(json, jsonKeys, output);
        byte[] packed = [.. Pack(textKeys.Request)], jsonPacked = [.. Pack(jsonKeys.Request)];

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            output.Length = 0;
            text.Write(Entry(packed, default), output);
            json.Write(Entry(jsonPacked, default), output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static AccessLogEntry Entry(ReadOnlySpan<byte> request, ReadOnlySpan<byte> response) => new()
    {
        StartTicks = new DateTime(2026, 1, 31, 14, 5, 6, DateTimeKind.Utc).Ticks + 7_890_123,
        Protocol = "dubbo"u8,
        ResponseCode = 20,
        ResponseFlag = ResponseFlag.UpstreamRequestTimeout,
        ResponseCodeDetails = ReplyReason.Timeout.DetailsUtf8(),
        BytesReceived = 250,
        BytesSent = 40,
        Duration = 12_999_999,
        RequestDuration = 3_000_000,
        ResponseDuration = 9_500_000,
        UpstreamHost = "10.0.0.2:20880"u8,
        UpstreamCluster = "outbound|1||a"u8,
        UpstreamLocalAddress = "[::1]:4000"u8,
        UpstreamTransportFailureReason = "connection refused"u8,
        UpstreamRequestAttempts = 1,
        DownstreamLocalAddress = "/run/a:1"u8,
        DownstreamRemoteAddress = "10.0.0.1:5000"u8,
        ConnectionId = 77,
        RequestedServerName = "a.example"u8,
        RouteName = "r1"u8,
        RequestAttributes = request,
        ResponseAttributes = response,
    };

    private static readonly CodecInfo Dubbo =
        new() { Name = "dubbo", PoolMode = PoolMode.Multiplexed, InterfaceAttribute = "interface", MethodAttribute = "method" };

    private static AccessLogFormat Compile(AccessLogConfig config, out AccessLogKeys keys) =>
        AccessLogFormat.Compile(config, keys = new AccessLogKeys(), Dubbo);

    private static string Text(string? format)
    {
        var output = new Utf8Buffer();
        Write(Compile(new AccessLogConfig { Path = "x", Format = format }, out var keys), keys, output);
        return output.ToString();
    }

    private static string Json(params (string Key, string Value)[] fields)
    {
        var output = new Utf8Buffer();
        var pairs = fields.Select(field => KeyValuePair.Create(field.Key, field.Value)).ToImmutableArray();
        Write(Compile(new AccessLogConfig { Path = "x", Json = pairs }, out var keys), keys, output);
        return output.ToString();
    }

    private static void Write(AccessLogFormat format, AccessLogKeys keys, Utf8Buffer output) =>
        format.Write(Entry(Pack(keys.Request), Pack(keys.Response, "status")), output);

    private static byte[] Pack(IReadOnlyList<string> names, params string[] only)
    {
        var there = new Dictionary<string, byte[]>
        {
            ["interface"] = "org.Demo"u8.ToArray(),
            ["method"] = "say"u8.ToArray(),
            ["user"] = "bob"u8.ToArray(),
            ["status"] = "fine"u8.ToArray(),
            ["umlaut"] = "aü"u8.ToArray(),
            ["torn"] = [(byte)'a', 0xC3, 0xFF, (byte)'b'],
            ["evil"] = "\",\"x\":1}\n\\\0\u001b\u007fü\U0001F32C"u8.ToArray(),
        };
        var keys = new AttributeKeys(there.Keys);
        var values = new AttributeValues();
        values.Reset(keys);
        foreach (var (name, value) in there)
        {
            if (only.Length == 0 || only.Contains(name)) values.SetCopy(keys.IndexOf(name), value);
        }

        var packer = new AttributePacker(names, keys);
        var packed = new byte[packer.MaxBytes];
        return packed[..packer.Pack(values, default, packed)];
    }
}
