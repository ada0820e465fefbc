namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>Where the lines of an access log end up. Used by one thread at a time.</summary>
public interface IAccessLogSink : IDisposable
{
    /// <summary>Writes whole lines. May block.</summary>
    /// <exception cref="IOException">They could not be written, all or in part.</exception>
    void Write(ReadOnlySpan<byte> lines);

    /// <summary>Opens the file again under its name, which somebody may have given to a new file.</summary>
    /// <exception cref="IOException">It could not be opened; the old one stays in use.</exception>
    void Reopen();
}
