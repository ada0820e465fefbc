using System.Net;
using Meltemi.Bench.Lab.Load;
using Meltemi.Bench.Lab.Upstream;

namespace Meltemi.Tests.Bench;

public class GeneratorTests
{
    [Fact]
    public async Task A_closed_loop_gets_right_answers_for_every_protocol()
    {
        await using var upstream = new UpstreamThread();

        foreach (var lane in Lane.All)
        {
            var result = Generator.Run(Short(lane) with { Connections = 3, Outstanding = 5 }, upstream.EndPoint(lane));

            Assert.Null(result.Error);
            Assert.True(result.Answers >= 200);
            Assert.True(result.P50 <= result.P99 && result.P99 <= result.Max);
        }
    }

    [Fact]
    public async Task Messages_larger_than_any_buffer_come_through()
    {
        await using var upstream = new UpstreamThread();

        var result = Generator.Run(
            Short(Lane.Dubbo) with { ArgumentLength = 700_000, Outstanding = 3, LeastAnswers = 6 },
            upstream.EndPoint(Lane.Dubbo));

        Assert.Null(result.Error);
        Assert.True(result.Answers >= 6);
    }

    [Fact]
    public async Task An_open_loop_sends_what_was_due_no_matter_when_it_could()
    {
        await using var upstream = new UpstreamThread();

        var result = Generator.Run(Short(Lane.Thrift) with { Rate = 2000 }, upstream.EndPoint(Lane.Thrift));

        Assert.Null(result.Error);
        Assert.Equal(2000 * result.Seconds, result.Answers, tolerance: 2);
    }

    [Theory]
    [InlineData(Lie.OtherId, "id belongs to no request")]
    [InlineData(Lie.OtherPayload, "payload belongs to another request")]
    [InlineData(Lie.Failure, "not a good answer")]
    [InlineData(Lie.Garbage, "not a frame")]
    [InlineData(Lie.HangUp, "connection was lost")]
    public async Task A_wrong_answer_fails_the_run(Lie lie, string expected)
    {
        await using var liar = new LyingUpstream(lie);

        var result = Generator.Run(Short(Lane.Dubbo) with { Connections = 1, LeastAnswers = long.MaxValue }, liar.EndPoint);

        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static LoadOptions Short(Lane lane) => new()
    {
        Lane = lane,
        WarmUp = TimeSpan.Zero,
        Duration = TimeSpan.Zero,
        LeastAnswers = 200,
    };

    private sealed class UpstreamThread : IAsyncDisposable
    {
        private readonly UpstreamServer _server = new();
        private readonly Task _task;
        private volatile bool _stop;

        public UpstreamThread() => _task = Task.Factory.StartNew(() => _server.Run(() => _stop), TaskCreationOptions.LongRunning);

        public IPEndPoint EndPoint(Lane lane) => new(IPAddress.Loopback, _server.Ports[lane.Protocol]);

        public async ValueTask DisposeAsync()
        {
            _stop = true;
            await _task;
            _server.Dispose();
        }
    }
}
