namespace Meltemi.Protocols.Dubbo;

/// <summary>The Dubbo version that a request's body begins with.</summary>
internal static class DubboVersion
{
    /// <summary>
    /// Whether the sender understands attachments in answers. Since 2.6.3 the field holds the protocol's version, 2.0.2 and up; before that
    /// it held the library's, so 2.0.10 to 2.6.2 do not. 2.8 is dubbox, a fork that does not either.
    /// </summary>
    public static bool ReadsAnswerAttachments(ReadOnlySpan<byte> version)
    {
        var number = ToNumber(version);
        if (number is >= 2_00_10 and <= 2_06_02 or >= 2_08_00 and < 2_09_00) return false;
        return number >= 2_00_02;
    }

    /// <summary>Two decimal digits each for the first three parts; what is not a number counts as 0.</summary>
    private static int ToNumber(ReadOnlySpan<byte> version)
    {
        var number = 0;
        for (var part = 0; part < 3; part++)
        {
            var value = 0;
            var at = 0;
            for (; at < version.Length && char.IsAsciiDigit((char)version[at]); at++)
                value = Math.Min(99, value * 10 + (version[at] - '0'));
            number = number * 100 + value;
            version = at < version.Length && version[at] == '.' ? version[(at + 1)..] : default;
        }

        return number;
    }
}
