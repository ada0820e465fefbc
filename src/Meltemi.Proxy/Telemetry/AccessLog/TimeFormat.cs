using System.Globalization;
using System.Text;

namespace Meltemi.Proxy.Telemetry.AccessLog;

/// <summary>
/// strftime formats of UTC times, with Envoy's fractions: <c>%f</c> (9 digits of the second), <c>%3f</c>, <c>%6f</c>, and
/// <c>%s</c>, also with a fraction behind it (<c>%s%3f</c>, <c>%s.%3f</c>). English names.
/// </summary>
internal sealed class TimeFormat
{
    private static readonly DateTimeFormatInfo English = CultureInfo.InvariantCulture.DateTimeFormat;

    private readonly List<Part> _parts = [];

    private TimeFormat()
    {
    }

    private delegate void Part(DateTime time, Utf8Buffer output);

    /// <summary>ISO 8601 with milliseconds, Envoy's default: <c>%Y-%m-%dT%H:%M:%S.%3fZ</c>.</summary>
    public static TimeFormat Default { get; } = new();

    /// <summary>Null, with the offset of the offender, if a conversion is unknown.</summary>
    public static TimeFormat? TryParse(string format, out int error)
    {
        var result = new TimeFormat();
        error = -1;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                var next = format.IndexOf('%', i);
                if (next < 0) next = format.Length;
                result.Literal(format[i..next]);
                i = next - 1;
                continue;
            }

            error = i++;
            var digits = 9;
            if (i + 1 < format.Length && format[i] is >= '1' and <= '9' && format[i + 1] == 'f') digits = format[i++] - '0';
            if (i == format.Length || !result.Conversion(format[i], digits)) return null;
            error = -1;
        }

        return result;
    }

    public void Write(long ticks, Utf8Buffer output)
    {
        var time = new DateTime(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        if (this == Default) AppendIso(time, output);
        foreach (var part in _parts) part(time, output);
    }

    // The library's round-trip form, less its last four digits, which is cheaper than the parts.
    private static void AppendIso(DateTime time, Utf8Buffer output)
    {
        const int UpToMilliseconds = 23;
        time.TryFormat(output.GetSpan(32), out _, "O", CultureInfo.InvariantCulture);
        output.Advance(UpToMilliseconds);
        output.Append((byte)'Z');
    }

    private bool Conversion(char conversion, int fractionDigits)
    {
        switch (conversion)
        {
            case 'Y': return Number(4, t => t.Year);
            case 'C': return Number(2, t => t.Year / 100);
            case 'y': return Number(2, t => t.Year % 100);
            case 'm': return Number(2, t => t.Month);
            case 'd': return Number(2, t => t.Day);
            case 'e': return Add((t, o) => AppendPadded(o, t.Day, 2, (byte)' '));
            case 'j': return Number(3, t => t.DayOfYear);
            case 'H': return Number(2, t => t.Hour);
            case 'I': return Number(2, t => (t.Hour + 11) % 12 + 1);
            case 'M': return Number(2, t => t.Minute);
            case 'S': return Number(2, t => t.Second);
            case 'p': return Add((t, o) => o.Append(t.Hour < 12 ? "AM"u8 : "PM"u8));
            case 'a': return Name(English.AbbreviatedDayNames, t => (int)t.DayOfWeek);
            case 'A': return Name(English.DayNames, t => (int)t.DayOfWeek);
            case 'u': return Number(1, t => t.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)t.DayOfWeek);
            case 'w': return Number(1, t => (int)t.DayOfWeek);
            case 'b' or 'h': return Name(English.AbbreviatedMonthNames, t => t.Month - 1);
            case 'B': return Name(English.MonthNames, t => t.Month - 1);
            case 's': return Add((t, o) => o.Append((t.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond));
            case 'f': return Fraction(fractionDigits);
            case 'F': return Conversion('Y', 0) && Literal("-") && Conversion('m', 0) && Literal("-") && Conversion('d', 0);
            case 'T': return Conversion('R', 0) && Literal(":") && Conversion('S', 0);
            case 'R': return Conversion('H', 0) && Literal(":") && Conversion('M', 0);
            case 'D': return Conversion('m', 0) && Literal("/") && Conversion('d', 0) && Literal("/") && Conversion('y', 0);
            case 'z': return Literal("+0000");
            case 'Z': return Literal("UTC");
            case 'n': return Literal("\n");
            case 't': return Literal("\t");
            case '%': return Literal("%");
            default: return false;
        }
    }

    private bool Literal(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Add((_, output) => output.Append(bytes));
    }

    private bool Number(int width, Func<DateTime, int> number) =>
        Add((time, output) => AppendPadded(output, number(time), width, (byte)'0'));

    private bool Name(string[] names, Func<DateTime, int> index)
    {
        var utf8 = Array.ConvertAll(names, Encoding.UTF8.GetBytes);
        return Add((time, output) => output.Append(utf8[index(time)]));
    }

    private bool Fraction(int digits)
    {
        var divisor = 1L;
        for (var i = digits; i < 9; i++) divisor *= 10;
        return Add((time, output) => AppendPadded(output, time.Ticks % TimeSpan.TicksPerSecond * 100 / divisor, digits, (byte)'0'));
    }

    private bool Add(Part part)
    {
        _parts.Add(part);
        return true;
    }

    private static void AppendPadded(Utf8Buffer output, long number, int width, byte padding)
    {
        var span = output.GetSpan(width)[..width];
        for (var i = width - 1; i >= 0; i--, number /= 10)
        {
            span[i] = number == 0 && i < width - 1 ? padding : (byte)('0' + number % 10);
        }

        output.Advance(width);
    }
}
