using Meltemi.Tests.Transport.Linux;
using Meltemi.Tests.Transport.Memory;
using Meltemi.Transport;

namespace Meltemi.Tests.Transport;

public sealed class LoopTests
{
    [Fact]
    public void Posted_calls_run_in_order_and_what_they_post_runs_in_the_next_turn()
    {
        using var memory = new MemoryLoop();
        var order = new List<int>();
        memory.Loop.Post(_ => { order.Add(1); memory.Loop.Post(_ => order.Add(3), null); }, null);
        memory.Loop.Post(_ => order.Add(2), null);
        memory.Loop.RunOnce(0);
        Assert.Equal([1, 2], order);
        memory.Loop.RunOnce(0);
        Assert.Equal([1, 2, 3], order);
        Assert.False(memory.Loop.RunOnce(0));
    }

    [Fact]
    public void A_posted_call_that_throws_is_reported_and_the_next_runs()
    {
        using var memory = new MemoryLoop();
        bool ran = false;
        memory.Loop.Post(_ => throw new InvalidOperationException("posted"), null);
        memory.Loop.Post(_ => ran = true, null);
        memory.Kernel.RunUntilIdle();
        Assert.True(ran);
        Assert.Equal("posted", Assert.Single(memory.Unhandled).Message);
    }

    [Fact]
    public async Task Posts_of_many_threads_all_arrive_while_the_loop_keeps_falling_asleep()
    {
        const int Threads = 4, PostsEach = 5_000;
        using var linux = new LinuxLoop();
        int arrived = 0;
        Task[] posters = [.. Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < PostsEach; i++)
            {
                linux.Loop.Post(_ =>
                {
                    if (++arrived == Threads * PostsEach)
                        linux.Loop.Stop();
                }, null);
                if (i % 50 == 0)
                    Thread.Yield();
            }
        }))];
        linux.Loop.Run(); // a lost wake-up would leave it asleep forever
        Assert.Equal(Threads * PostsEach, arrived);
        await Task.WhenAll(posters);
    }

    [Fact]
    public async Task Awaits_on_the_loop_continue_on_the_loop()
    {
        using var linux = new LinuxLoop();
        var outcome = new TaskCompletionSource<(bool Before, bool After)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(linux.Loop.Run);
        thread.Start();
        linux.Loop.Post(async _ =>
        {
            bool before = linux.Loop.IsOnLoopThread;
            await Task.Run(static () => Thread.Yield());
            outcome.SetResult((before, linux.Loop.IsOnLoopThread));
        }, null);
        Assert.Equal((true, true), await outcome.Task);
        linux.Loop.Stop();
        thread.Join();
    }

    [Fact]
    public void Stop_from_another_thread_ends_a_sleeping_loop()
    {
        using var linux = new LinuxLoop();
        var thread = new Thread(linux.Loop.Run);
        thread.Start();
        linux.Loop.Stop();
        thread.Join();
        Assert.False(linux.Loop.IsOnLoopThread);
    }

    [Fact]
    public void The_loop_sleeps_no_longer_than_to_the_next_timer()
    {
        using var linux = new LinuxLoop();
        var timer = new Timers.TimerWheelTests.Probe { Then = linux.Loop.Stop };
        linux.Loop.Schedule(timer, 20);
        long start = linux.Loop.NowNanoseconds;
        linux.Loop.Run(); // would sleep forever
        Assert.Equal(1, timer.Expired);
        Assert.True(linux.Loop.NowNanoseconds - start > 19_000_000, "never early by more than the clock's millisecond");
    }

    [Fact]
    public void The_synchronization_context_is_that_of_the_loop_only_while_it_runs()
    {
        using var memory = new MemoryLoop();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext? inside = null;
        memory.Loop.Post(_ => inside = SynchronizationContext.Current, null);
        memory.Loop.RunOnce(0);
        Assert.Same(memory.Loop.SynchronizationContext, inside);
        Assert.Same(before, SynchronizationContext.Current);
    }

    [Fact]
    public void A_loop_does_not_run_twice_at_once()
    {
        using var memory = new MemoryLoop();
        memory.Loop.Post(_ => memory.Loop.RunOnce(0), null);
        memory.Loop.RunOnce(0);
        Assert.IsType<InvalidOperationException>(Assert.Single(memory.Unhandled));
    }

    [Fact]
    public void Both_ends_of_a_turn_are_told()
    {
        using var memory = new MemoryLoop();
        (MemoryPeer client, _, Connection connection) = memory.Accepted();
        int started = 0;
        memory.Loop.TurnStarted = () => started++;
        memory.Loop.TurnEnded = () => { memory.Loop.TurnEnded = null; connection.Write("in time"u8); };
        memory.Loop.RunOnce(0);
        Assert.Equal((1, 0), (started, connection.PendingBytes));
        memory.Kernel.RunUntilIdle();
        Assert.Equal("in time"u8, client.Take());
    }
}
