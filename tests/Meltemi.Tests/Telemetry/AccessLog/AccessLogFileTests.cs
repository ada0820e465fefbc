using System.Text;
using Meltemi.Proxy.Config;
using Meltemi.Proxy.Telemetry;
using Meltemi.Proxy.Telemetry.AccessLog;
using Meltemi.Proxy.Telemetry.Metrics;
using Meltemi.Tests.Support;

namespace Meltemi.Tests.Telemetry.AccessLog;

public class AccessLogFileTests : LoggedTest
{
    private readonly MetricRegistry _registry = new(2);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meltemi-access-log-");

    [Fact]
    public void Lines_of_all_loops_are_in_the_file_when_it_is_closed()
    {
        var path = Path.Combine(_directory.FullName, "a.log");
        File.WriteAllText(path, "before\n");
        using (var files = new AccessLogFiles(_registry, 2, Log))
        {
            var first = new AccessLogger(Format("one %RESPONSE_CODE%\n"), files.Open(path), 0);
            var second = new AccessLogger(Format("two %RESPONSE_CODE%\n"), files.Open(path), 1);
            for (var i = 0; i < 3000; i++)
            {
                first.Log(new AccessLogEntry { ResponseCode = i });
                second.Log(new AccessLogEntry { ResponseCode = i });
                if (i % 100 == 0) files.EndTurn(0);
            }
        }

        var lines = File.ReadAllLines(path);
        Assert.Equal("before", lines[0]);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"one {i}"), lines.Where(line => line[0] == 'o'));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"two {i}"), lines.Where(line => line[0] == 't'));
        Assert.Equal(6001, lines.Length);
    }

    [Fact]
    public void A_rotated_file_is_opened_again_under_its_name()
    {
        var path = Path.Combine(_directory.FullName, "a.log");
        using var file = AccessLogFile.Open(path, _registry, 1, Log);
        var logger = new AccessLogger(Format("%RESPONSE_CODE%\n"), file, 0);
        LogLine(logger, file, 1);
        File.Move(path, path + ".1");
        LogLine(logger, file, 2);
        file.Reopen();
        LogLine(logger, file, 3);

        Assert.Equal("1\n2\n", File.ReadAllText(path + ".1"));
        Assert.Equal("3\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_is_truncated_in_place_goes_on_at_its_beginning()
    {
        var path = Path.Combine(_directory.FullName, "a.log");
        using var file = AccessLogFile.Open(path, _registry, 1, Log);
        var logger = new AccessLogger(Format("%RESPONSE_CODE%\n"), file, 0);
        LogLine(logger, file, 1);
        using (var truncate = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) truncate.SetLength(0);
        LogLine(logger, file, 2);

        Assert.Equal("2\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_again_stays_in_use_and_one_that_cannot_be_opened_is_an_error()
    {
        var directory = _directory.CreateSubdirectory("gone");
        var path = Path.Combine(directory.FullName, "a.log");
        using var file = AccessLogFile.Open(path, _registry, 1, Log);
        var moved = Path.Combine(_directory.FullName, "moved.log");
        File.Move(path, moved);
        directory.Delete();
        file.Reopen();
        LogLine(new AccessLogger(Format("%RESPONSE_CODE%\n"), file, 0), file, 1);

        Assert.Equal("1\n", File.ReadAllText(moved));
        Assert.Contains(Logged, entry => entry.Message.Contains("No such file", StringComparison.Ordinal));
        Assert.Throws<IOException>(() => AccessLogFile.Open(path, _registry, 1, Log));
    }

    [Fact]
    public void The_writer_writes_by_itself()
    {
        using var sink = new BlockedSink();
        sink.Gate.Set();
        using var file = new AccessLogFile("x", sink, _registry, 1, Log);
        new AccessLogger(Format("line\n"), file, 0).Log(default);
        file.Queues[0].HandOver();

        Assert.True(sink.Written.Wait(TimeSpan.FromSeconds(30)));
        Assert.Equal("line\n", sink.Text);
    }

    [Fact]
    public void What_a_blocked_disk_cannot_take_is_dropped_and_counted_and_memory_stays_bounded()
    {
        const int Lines = 20_000;
        var sink = new BlockedSink();
        var file = new AccessLogFile("x", sink, _registry, 1, Log, maxBytes: 64 * 1024);
        var logger = new AccessLogger(Format("%RESPONSE_CODE%\n"), file, 0);
        logger.Log(new AccessLogEntry { ResponseCode = 100_000 });
        file.Queues[0].HandOver();
        Assert.True(sink.Entered.Wait(TimeSpan.FromSeconds(30)));

        for (var i = 1; i < Lines; i++)
        {
            logger.Log(new AccessLogEntry { ResponseCode = 100_000 + i });
            if (i % 10 == 0) file.Queues[0].HandOver();
        }

        sink.Gate.Set();
        file.Dispose();

        var codes = sink.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        var dropped = _registry.Value(_registry.Counter("meltemi_access_log_dropped_total", "", Labels.Of(("path", "x"))));
        Assert.Equal(Lines, codes.Count + dropped);
        Assert.InRange(codes.Count * 7, 16 * 1024, 40 * 1024);
        Assert.Equal(codes.Order(), codes);
        Assert.True(sink.Disposed);
    }

    [Fact]
    public void A_failing_disk_is_counted_and_told()
    {
        using var sink = new BlockedSink { Fails = true };
        sink.Gate.Set();
        using var file = new AccessLogFile("x", sink, _registry, 1, Log);
        LogLine(new AccessLogger(Format("line\n"), file, 0), file, 1);
        sink.Fails = false;
        LogLine(new AccessLogger(Format("line\n"), file, 0), file, 1);

        Assert.Equal("line\n", sink.Text);
        Assert.Equal(1, _registry.Value(_registry.Counter("meltemi_access_log_write_errors_total", "", Labels.Of(("path", "x")))));
        Assert.Equal(5, _registry.Value(_registry.Counter("meltemi_access_log_written_bytes_total", "", Labels.Of(("path", "x")))));
        Assert.Contains(Logged, entry => entry.Message.Contains("disk full", StringComparison.Ordinal));
    }

    [Fact]
    public void Logging_allocates_nothing_on_the_loop()
    {
        using var sink = new BlockedSink { Keeps = false };
        sink.Gate.Set();
        using var file = new AccessLogFile("x", sink, _registry, 1, Log);
        var logger = new AccessLogger(Format("%START_TIME% %UPSTREAM_HOST% %BYTES_SENT%\n"), file, 0);
        for (var i = 0; i < 10; i++) Turn(); // three buffers go round and grow to their working size

        var allocated = 0L;
        for (var i = 0; i < 100; i++) allocated += Turn();
        Assert.Equal(0, allocated);

        long Turn()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++) logger.Log(AccessLogFormatTests.Entry(default, default));
            file.Queues[0].HandOver();
            var after = GC.GetAllocatedBytesForCurrentThread();
            file.Flush();
            return after - before;
        }
    }

    public override void Dispose()
    {
        GC.SuppressFinalize(this);
        _directory.Delete(recursive: true);
        base.Dispose();
    }

    private static AccessLogFormat Format(string format) =>
        AccessLogFormat.Compile(new AccessLogConfig { Path = "x", Format = format }, new AccessLogKeys(), null);

    private static void LogLine(AccessLogger logger, AccessLogFile file, int code)
    {
        logger.Log(new AccessLogEntry { ResponseCode = code });
        file.Queues[0].HandOver();
        file.Flush();
    }

    private sealed class BlockedSink : IAccessLogSink
    {
        private readonly MemoryStream _written = new();

        public ManualResetEventSlim Gate { get; } = new(false);

        public ManualResetEventSlim Entered { get; } = new(false);

        public ManualResetEventSlim Written { get; } = new(false);

        public bool Fails { get; set; }

        public bool Keeps { get; init; } = true;

        public bool Disposed { get; private set; }

        public string Text => Encoding.UTF8.GetString(_written.ToArray());

        public void Write(ReadOnlySpan<byte> lines)
        {
            Entered.Set();
            Gate.Wait();
            if (Fails) throw new IOException("disk full");
            if (Keeps) _written.Write(lines);
            Written.Set();
        }

        public void Reopen()
        {
        }

        public void Dispose() => Disposed = true;
    }
}
