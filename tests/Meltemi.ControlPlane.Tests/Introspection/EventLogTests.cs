using Meltemi.ControlPlane.Introspection;

namespace Meltemi.ControlPlane.Tests.Introspection;

public class EventLogTests
{
    private readonly EventLog _log = new(TimeProvider.System);

    [Fact]
    public async Task A_listener_gets_events_in_order()
    {
        await using var events = _log.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
        var first = events.MoveNextAsync();

        _log.Add("a", "Created");
        _log.Add("a", "Changed", "to b");

        Assert.True(await first);
        Assert.Equal(("a", "Created"), (events.Current.Subject, events.Current.What));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(("Changed", "to b"), (events.Current.What, events.Current.Message));
    }

    [Fact]
    public async Task A_slow_listener_loses_the_oldest_and_is_told_how_many()
    {
        await using var events = _log.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
        var first = events.MoveNextAsync();

        _log.Add("first", "Created");
        Assert.True(await first);
        for (var i = 0; i < EventLog.MaxBehind + 5; i++) _log.Add($"{i}", "Changed");

        Assert.True(await events.MoveNextAsync());
        Assert.Equal(("Lost", "5 events, because the listener was too slow"), (events.Current.What, events.Current.Message));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("5", events.Current.Subject);
    }

    [Fact]
    public async Task Listeners_are_bounded_and_one_that_leaves_makes_room()
    {
        var listeners = Enumerable.Range(0, EventLog.MaxListeners).Select(_ => _log.ListenAsync(CancellationToken.None).GetAsyncEnumerator()).ToArray();
        var waiting = listeners.Select(listener => listener.MoveNextAsync().AsTask()).ToArray();
        var late = _log.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
        await Assert.ThrowsAsync<InvalidOperationException>(() => late.MoveNextAsync().AsTask());

        _log.Add("a", "Created");
        await Task.WhenAll(waiting);
        await listeners[0].DisposeAsync();
        var next = _log.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
        var moved = next.MoveNextAsync();
        _log.Add("b", "Created");

        Assert.True(await moved);
        foreach (var listener in listeners.Skip(1).Append(next)) await listener.DisposeAsync();
    }
}
