namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>A part of a format. Shared by all loops: no changing state.</summary>
internal abstract class LogOperator
{
    /// <summary>What stands for a value that is not known.</summary>
    public static ReadOnlySpan<byte> Absent => "-"u8;

    /// <summary>Writes a number and nothing else: in JSON without quotes.</summary>
    public virtual bool IsNumber => false;

    /// <summary>Appends the value; false, with nothing appended, if it is not known.</summary>
    public abstract bool Write(in AccessLogEntry entry, LogLine line);
}

/// <summary>Text of the format itself, or known when it is compiled. Trusted: escaped once, there.</summary>
internal sealed class LiteralOperator(byte[] text) : LogOperator
{
    public override bool Write(in AccessLogEntry entry, LogLine line)
    {
        line.Output.Append(text);
        return true;
    }
}

/// <summary>A command that has no value in this proxy.</summary>
internal sealed class AbsentOperator : LogOperator
{
    public override bool Write(in AccessLogEntry entry, LogLine line) => false;
}

/// <summary>Finds a text in an entry; empty: not known.</summary>
internal delegate ReadOnlySpan<byte> TextOf(in AccessLogEntry entry);

/// <summary>A text of the entry.</summary>
internal sealed class TextOperator(TextOf text, int maxLength) : LogOperator
{
    public override bool Write(in AccessLogEntry entry, LogLine line)
    {
        var value = text(entry);
        if (value.IsEmpty) return false;
        line.Value(value[..Math.Min(value.Length, maxLength)]);
        return true;
    }
}

/// <summary>Finds a number in an entry; false: not known.</summary>
internal delegate bool NumberOf(in AccessLogEntry entry, out long number);

/// <summary>A number of the entry.</summary>
internal sealed class NumberOperator(NumberOf number) : LogOperator
{
    public override bool IsNumber => true;

    public override bool Write(in AccessLogEntry entry, LogLine line)
    {
        if (!number(entry, out var value)) return false;
        line.Output.Append(value);
        return true;
    }
}

/// <summary>An attribute of the request or the answer: the first of several names that the message has.</summary>
internal sealed class AttributeOperator(int[] indices, bool ofResponse, int maxLength) : LogOperator
{
    public override bool Write(in AccessLogEntry entry, LogLine line)
    {
        var packed = ofResponse ? entry.ResponseAttributes : entry.RequestAttributes;
        foreach (var index in indices)
        {
            if (!AttributePacker.TryGet(packed, index, out var value)) continue;
            line.Value(value[..Math.Min(value.Length, maxLength)]);
            return true;
        }

        return false;
    }
}

/// <summary>When it began.</summary>
internal sealed class StartTimeOperator(TimeFormat format) : LogOperator
{
    public override bool Write(in AccessLogEntry entry, LogLine line)
    {
        format.Write(entry.StartTicks, line.Output);
        return true;
    }
}
