using Meltemi.Xds.Client;

namespace Meltemi.Proxy.Config.Dynamic;

/// <summary>All that waits. Whenever something comes into force, each looks again, once for however many things came in one go.</summary>
/// <param name="queue">What it runs on.</param>
/// <param name="rested">Called when nothing came into force any more.</param>
internal sealed class WaitingList(ISerialQueue queue, Action rested)
{
    private readonly HashSet<IWaiting> _waiting = [];
    private bool _changed;

    public void Add(IWaiting waiting) => _waiting.Add(waiting);

    public void Remove(IWaiting waiting) => _waiting.Remove(waiting);

    /// <summary>Something came into force.</summary>
    public void Changed()
    {
        if (_changed) return;
        _changed = true;
        queue.Post(Run);
    }

    /// <summary>Has all look again, until nothing comes into force any more.</summary>
    public void Run()
    {
        while (_changed)
        {
            _changed = false;
            foreach (var waiting in _waiting.ToArray()) waiting.Recheck();
        }

        rested();
    }
}

/// <summary>Something that is not in force yet because of what it names.</summary>
internal interface IWaiting
{
    /// <summary>Looks again whether everything is there, and comes into force if so.</summary>
    void Recheck();
}
