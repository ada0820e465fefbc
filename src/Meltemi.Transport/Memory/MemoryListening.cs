using System.Net;

namespace Meltemi.Transport;

/// <summary>A listening end: a loop's, watched by pollers, or a test's, with a <see cref="MemoryServer"/>.</summary>
internal sealed class MemoryListening(EndPoint address)
{
    public EndPoint Address { get; } = address;

    public bool ReusePort { get; init; }

    public MemoryServer? Server { get; init; }

    public Queue<MemorySocket> Waiting { get; } = new();
}
