namespace Meltemi.Bench.Lab.Engine;

/// <summary>Something with a file descriptor that a <see cref="Reactor"/> watches.</summary>
internal abstract class Source
{
    /// <summary>The descriptor; -1 once closed.</summary>
    public int Descriptor { get; protected set; } = -1;

    /// <summary>Place in the reactor's table; set by the reactor.</summary>
    public int Index { get; set; }

    /// <summary>Called with the epoll events that arrived.</summary>
    public abstract void OnEvents(uint events);
}
