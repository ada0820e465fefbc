using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport.Timers;

public sealed class TimerWheelTests : IDisposable
{
    private readonly MemoryLoop _memory = new();

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(60_000)]
    [InlineData(86_400_000)]
    public void A_timer_expires_in_its_millisecond(int delay)
    {
        var timer = new Probe();
        _memory.Loop.Schedule(timer, delay);
        _memory.Kernel.AdvanceTime(delay - 1);
        Assert.Equal((0, true), (timer.Expired, timer.IsScheduled));
        _memory.Kernel.AdvanceTime(1);
        Assert.Equal((1, false), (timer.Expired, timer.IsScheduled));
        Assert.Equal(0, _memory.Loop.Gauges.ScheduledTimers);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void No_delay_is_one_millisecond(int delay)
    {
        var timer = new Probe();
        _memory.Loop.Schedule(timer, delay);
        _memory.Kernel.RunUntilIdle();
        Assert.Equal(0, timer.Expired);
        _memory.Kernel.AdvanceTime(1);
        Assert.Equal(1, timer.Expired);
    }

    [Fact]
    public void The_longest_delay_is_taken()
    {
        var timer = new Probe();
        _memory.Loop.Schedule(timer, int.MaxValue);
        _memory.Kernel.AdvanceTime(int.MaxValue - 1);
        Assert.Equal(0, timer.Expired);
        _memory.Kernel.AdvanceTime(1);
        Assert.Equal(1, timer.Expired);
    }

    [Fact]
    public void Scheduling_again_moves_a_timer_and_cancelling_takes_it_out()
    {
        Probe moved = new(), cancelled = new();
        _memory.Loop.Schedule(moved, 10);
        _memory.Loop.Schedule(moved, 5000);
        _memory.Loop.Schedule(cancelled, 10);
        cancelled.Cancel();
        cancelled.Cancel();
        _memory.Kernel.AdvanceTime(4999);
        Assert.Equal((0, 0, 1), (moved.Expired, cancelled.Expired, _memory.Loop.Gauges.ScheduledTimers));
        _memory.Kernel.AdvanceTime(1);
        Assert.Equal((1, 0, 0), (moved.Expired, cancelled.Expired, _memory.Loop.Gauges.ScheduledTimers));
    }

    [Fact]
    public void A_timer_that_rests_expires_only_if_it_is_started_again()
    {
        Probe rested = new(), later = new(), sooner = new();
        foreach (Probe timer in new[] { rested, later, sooner })
        {
            _memory.Loop.Schedule(timer, 1000);
            timer.Rest();
            Assert.False(timer.IsScheduled);
        }
        Assert.Equal(0, _memory.Loop.Gauges.ScheduledTimers);
        _memory.Loop.Schedule(later, 3000);
        _memory.Loop.Schedule(sooner, 10);
        _memory.Kernel.AdvanceTime(10);
        Assert.Equal((0, 0, 1), (rested.Expired, later.Expired, sooner.Expired));
        _memory.Kernel.AdvanceTime(2989);
        Assert.Equal((0, 0, 1), (rested.Expired, later.Expired, sooner.Expired));
        _memory.Kernel.AdvanceTime(1);
        Assert.Equal((0, 1, 1), (rested.Expired, later.Expired, sooner.Expired));
    }

    [Fact]
    public void A_timer_may_cancel_one_of_the_same_millisecond_and_start_itself_again()
    {
        Probe first = new(), second = new();
        first.Then = () => { second.Cancel(); _memory.Loop.Schedule(first, 10); };
        second.Then = () => { first.Cancel(); _memory.Loop.Schedule(second, 10); };
        _memory.Loop.Schedule(first, 10);
        _memory.Loop.Schedule(second, 10);
        _memory.Kernel.AdvanceTime(10);
        Assert.Equal(1, first.Expired + second.Expired);
        _memory.Kernel.AdvanceTime(30);
        Assert.Equal(4, first.Expired + second.Expired);
    }

    [Fact]
    public void A_timer_that_throws_does_not_hold_up_the_others()
    {
        Probe bad = new() { Then = () => throw new InvalidOperationException("bad timer") }, good = new();
        _memory.Loop.Schedule(bad, 10);
        _memory.Loop.Schedule(good, 10);
        _memory.Kernel.AdvanceTime(10);
        Assert.Equal((1, 1), (bad.Expired, good.Expired));
        Assert.Equal("bad timer", Assert.Single(_memory.Unhandled).Message);
    }

    [Fact]
    public void A_timer_belongs_to_one_loop_at_a_time()
    {
        using var other = new EventLoop(_memory.Kernel);
        var timer = new Probe();
        _memory.Loop.Schedule(timer, 10);
        Assert.Throws<InvalidOperationException>(() => other.Schedule(timer, 10));
        timer.Cancel();
        other.Schedule(timer, 10);
        _memory.Kernel.AdvanceTime(10);
        Assert.Equal(1, timer.Expired);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_behaves_like_a_sorted_list(int seed)
    {
        var random = new Random(seed);
        var wheel = new Model();
        for (int step = 0; step < 5_000; step++)
        {
            Probe timer = wheel.Timers[random.Next(wheel.Timers.Length)];
            switch (random.Next(10))
            {
                case < 5:
                    wheel.Add(timer, 1 + random.NextInt64(1L << random.Next(1, 34)));
                    break;
                case < 6:
                    wheel.Cancel(timer);
                    break;
                case < 7:
                    wheel.Rest(timer);
                    break;
                case < 9:
                    wheel.Advance(random.NextInt64(1L << random.Next(1, 12)));
                    break;
                default:
                    wheel.Advance(random.NextInt64(1L << random.Next(1, 30)));
                    break;
            }
        }
    }

    [Fact]
    public void Hundreds_of_thousands_of_timers_expire_in_order()
    {
        var random = new Random(5);
        var wheel = new TimerWheel();
        var ticks = new List<long>();
        for (int i = 0; i < 200_000; i++)
        {
            var timer = new Probe();
            timer.Then = () => ticks.Add(timer.Tick);
            wheel.Add(timer, 1 + random.Next(100_000));
        }
        wheel.Advance(100_000, null);
        Assert.Equal((0, 200_000), (wheel.Count, ticks.Count));
        Assert.Equal(ticks.Order(), ticks);
    }

    internal sealed class Probe : LoopTimer
    {
        public int Expired { get; private set; }

        public Action? Then { get; set; }

        protected internal override void OnExpired()
        {
            Expired++;
            Then?.Invoke();
        }
    }

    /// <summary>The wheel beside the dumbest thing that could be right.</summary>
    private sealed class Model
    {
        private readonly TimerWheel _wheel = new();
        private readonly Dictionary<Probe, long> _due = [];
        private readonly List<(long Due, Probe Timer)> _expired = [];
        private long _now;

        public Model()
        {
            Timers = new Probe[100];
            for (int i = 0; i < Timers.Length; i++)
            {
                var timer = new Probe();
                timer.Then = () => _expired.Add((timer.Tick, timer));
                Timers[i] = timer;
            }
        }

        public Probe[] Timers { get; }

        public void Add(Probe timer, long delay)
        {
            _wheel.Add(timer, _now + delay);
            _due[timer] = _now + delay;
            Check();
        }

        public void Cancel(Probe timer)
        {
            Assert.Equal(_due.Remove(timer), timer.IsScheduled);
            timer.Cancel();
            Check();
        }

        public void Rest(Probe timer)
        {
            Assert.Equal(_due.Remove(timer), timer.IsScheduled);
            timer.Rest();
            Check();
        }

        public void Advance(long by)
        {
            _now += by;
            _expired.Clear();
            _wheel.Advance(_now, null);
            List<KeyValuePair<Probe, long>> expected = _due.Where(pair => pair.Value <= _now).ToList();
            Assert.Equal(expected.Select(pair => pair.Value).Order(), _expired.Select(e => e.Due)); // in order of time
            Assert.Equal(expected.Select(pair => pair.Key).ToHashSet(), _expired.Select(e => e.Timer).ToHashSet());
            foreach ((Probe timer, _) in expected)
                _due.Remove(timer);
            Check();
        }

        private void Check()
        {
            Assert.Equal(_due.Count, _wheel.Count);
            if (_due.Count == 0)
                Assert.True(_wheel.NextTick == -1 || _wheel.NextTick > _now); // some may rest there
            else
                Assert.InRange(_wheel.NextTick, _now + 1, _due.Values.Min()); // never late, never in the past
        }
    }
}
