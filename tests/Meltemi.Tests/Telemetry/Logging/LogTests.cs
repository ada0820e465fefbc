using System.Text;
using Meltemi.Proxy.Telemetry.Logging;
using Meltemi.Tests.Support;
using Xunit.Sdk;

namespace Meltemi.Tests.Telemetry.Logging;

public class LogTests
{
    private readonly ManualTime _time = new();
    private readonly MemoryStream _stream = new();

    [Fact]
    public void A_line_has_time_level_component_and_message()
    {
        new Log(new StreamLogSink(_stream), time: _time).For("listener").Warning("port is taken");

        Assert.Equal("2026-01-31T12:00:00.000Z warning listener port is taken\n", Text());
    }

    [Fact]
    public void What_strangers_sent_cannot_begin_a_line_of_its_own()
    {
        new Log(new StreamLogSink(_stream), time: _time).Info("bad name 'a\nb\u001b[31mü'");

        Assert.Equal("2026-01-31T12:00:00.000Z info main bad name 'a\\nb\\u001b[31mü'\n", Text());
    }

    [Fact]
    public void The_level_changes_for_all_components_at_once()
    {
        var root = new Log(new StreamLogSink(_stream), time: _time);
        var component = root.For("c");
        component.Debug("one");
        root.Level = LogLevel.Debug;
        component.Debug("two");
        root.Level = LogLevel.Off;
        component.Error("three");

        Assert.Equal("2026-01-31T12:00:00.000Z debug c two\n", Text());
    }

    [Fact]
    public void An_exception_shows_its_stack_only_to_those_who_look_for_faults()
    {
        var root = new Log(new StreamLogSink(_stream), time: _time);
        root.Error("failed", new IOException("disk"));
        Assert.EndsWith("failed: IOException: disk\n", Text(), StringComparison.Ordinal);
        root.Level = LogLevel.Debug;
        root.Error("failed", new IOException("disk"));
        Assert.EndsWith("failed: System.IO.IOException: disk\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_line_is_written_once_and_then_counted()
    {
        var limited = new RateLimitedSink(new StreamLogSink(_stream), _time);
        var log = new Log(limited, LogLevel.Trace, "c", _time);
        for (var i = 0; i < 5; i++) log.Error("again");
        log.Debug("debug");
        log.Debug("debug");
        Assert.Equal(3, Text().Count(c => c == '\n'));

        _time.Advance(TimeSpan.FromSeconds(5));
        log.Error("again");
        Assert.EndsWith(
            "\n2026-01-31T12:00:05.000Z error c again (repeated 4 times)\n2026-01-31T12:00:05.000Z error c again\n",
            Text(),
            StringComparison.Ordinal);
        limited.Flush();
        Assert.Equal(5, Text().Count(c => c == '\n'));
    }

    [Fact]
    public void A_flood_of_different_lines_is_held_back_per_component_and_level()
    {
        var limited = new RateLimitedSink(new StreamLogSink(_stream), _time, linesPerWindow: 10);
        var log = new Log(limited, time: _time);
        for (var i = 0; i < 30; i++) log.For("a").Warning($"bad client {i}");
        log.For("a").Error("other level");
        log.For("b").Warning("other component");
        Assert.Equal(12, Text().Count(c => c == '\n'));

        limited.Flush();
        Assert.EndsWith("warning a 20 further lines were held back\n", Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("critical", LogLevel.Error)]
    [InlineData("off", LogLevel.Off)]
    public void Levels_have_names(string name, LogLevel expected)
    {
        Assert.True(LogLevels.TryParse(name, out var level));
        Assert.Equal(expected, level);
        Assert.False(LogLevels.TryParse("loud", out _));
        Assert.False(LogLevels.TryParse(null, out _));
    }

    [Fact]
    public void A_test_fails_on_errors_that_it_did_not_announce()
    {
        var captured = new CapturedLog();
        captured.Expect("^disk");
        Assert.ThrowsAny<XunitException>(captured.Verify);
        captured.Log.Error("disk is full");
        captured.Verify();
        captured.Log.Error("and more");
        Assert.ThrowsAny<XunitException>(captured.Verify);
    }

    private string Text() => Encoding.UTF8.GetString(_stream.ToArray());
}
