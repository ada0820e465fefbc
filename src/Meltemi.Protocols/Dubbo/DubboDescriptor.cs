namespace Meltemi.Protocols.Dubbo;

/// <summary>
/// The parameter types of a call as JVM descriptors in a row, such as <c>Ljava/lang/String;I[[J</c>: as many arguments follow.
/// </summary>
internal static class DubboDescriptor
{
    /// <summary>Number of types; -1 if the text is not a row of descriptors.</summary>
    public static int Count(ReadOnlySpan<byte> types)
    {
        var count = 0;
        var at = 0;
        while (at < types.Length)
        {
            switch (types[at])
            {
                case (byte)'[':
                    at++;
                    if (at == types.Length) return -1;
                    continue;
                case (byte)'L':
                    var end = types[at..].IndexOf((byte)';');
                    if (end < 0) return -1;
                    at += end + 1;
                    break;
                case (byte)'Z' or (byte)'B' or (byte)'C' or (byte)'D' or (byte)'F' or (byte)'I' or (byte)'J' or (byte)'S' or (byte)'V':
                    at++;
                    break;
                default:
                    return -1;
            }

            count++;
        }

        return count;
    }
}
