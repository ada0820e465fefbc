using System.Globalization;

namespace Meltemi.Proxy.Telemetry.Logging;

/// <summary>
/// Text lines <c>2026-01-31T12:00:00.000Z warning listener message</c> to a stream. What would end or garble a line (line feeds, escape
/// sequences) is written as <c>\n</c> or <c>\u001b</c>: messages may hold what strangers sent.
/// </summary>
public sealed class StreamLogSink(Stream stream) : ILogSink
{
    private readonly Lock _lock = new();
    private readonly Utf8Buffer _line = new(256);

    /// <summary>The process's standard error.</summary>
    public static StreamLogSink Stderr() => new(Console.OpenStandardError());

    /// <inheritdoc/>
    public void Write(LogEntry entry)
    {
        lock (_lock)
        {
            _line.Length = 0;
            _line.Append(entry.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append((byte)' ');
            _line.Append(entry.Level.Name()).Append((byte)' ').Append(entry.Component).Append((byte)' ');
            AppendMessage(entry.Message);
            _line.Append((byte)'\n');
            try
            {
                stream.Write(_line.Written);
                stream.Flush();
            }
            catch (IOException)
            {
                // Nobody reads our standard error any more: no reason to stop serving.
            }
        }
    }

    private void AppendMessage(ReadOnlySpan<char> message)
    {
        while (!message.IsEmpty)
        {
            var plain = 0;
            while (plain < message.Length && !char.IsControl(message[plain])) plain++;
            _line.Append(message[..plain]);
            if (plain == message.Length) return;
            if (message[plain] == '\n') _line.Append("\\n"u8);
            else _line.Append("\\u"u8).Append(((int)message[plain]).ToString("x4", CultureInfo.InvariantCulture));
            message = message[(plain + 1)..];
        }
    }
}
