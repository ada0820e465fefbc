using System.Globalization;
using System.Runtime.InteropServices;

namespace Meltemi.Program;

/// <summary>
/// Gives back memory that only the start needed: the pages of program files, most of which (reading configuration, command line, compilers) are
/// not touched again. The kernel keeps them in its cache; what is still needed comes back by a minor fault each, a few milliseconds in all.
/// About 25 MB of a sidecar's resident memory.
/// </summary>
internal static partial class StartupMemory
{
    // madvise(2): reclaim these pages. Contents are kept, whoever touches them gets them back.
    private const int PageOut = 21;

    /// <summary>Not at once: the first requests should not wait for it.</summary>
    public static TimeSpan Delay { get; } = TimeSpan.FromMilliseconds(500);

    public static void GiveBack()
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/self/maps"))
            {
                // 7f31c0000000-7f31c0021000 r-xp 00000000 fe:00 1234 /path/of/file
                var path = line.IndexOf('/', StringComparison.Ordinal);
                if (path < 0 || line.AsSpan(path).StartsWith("/memfd:") || line.AsSpan(path).StartsWith("/dev")) continue;
                var dash = line.IndexOf('-', StringComparison.Ordinal);
                var blank = line.IndexOf(' ', StringComparison.Ordinal);
                var from = nuint.Parse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                var to = nuint.Parse(line.AsSpan(dash + 1, blank - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                _ = Advise(from, to - from, PageOut); // a kernel before 5.4 says no, and nothing is lost
            }
        }
        catch (IOException)
        {
            // No /proc: nothing to give back.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
