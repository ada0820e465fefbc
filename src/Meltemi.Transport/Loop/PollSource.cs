namespace Meltemi.Transport;

/// <summary>A socket that a loop watches.</summary>
public abstract class PollSource
{
    private protected PollSource(EventLoop loop, int socket)
    {
        Loop = loop;
        Socket = socket;
    }

    /// <summary>The loop that owns it.</summary>
    public EventLoop Loop { get; }

    internal int Socket { get; private protected set; }

    internal abstract void OnEvents(uint events);
}
