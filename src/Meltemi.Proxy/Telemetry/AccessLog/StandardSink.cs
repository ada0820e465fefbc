namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>The process's standard output or error, which have no name to open again.</summary>
internal sealed class StandardSink(Stream stream) : IAccessLogSink
{
    public void Write(ReadOnlySpan<byte> lines)
    {
        stream.Write(lines);
        stream.Flush();
    }

    public void Reopen()
    {
    }

    public void Dispose() => stream.Dispose();
}
