namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>Bytes that one side of a connection sent, from the start of a message on.</summary>
/// <param name="Bytes">At most <see cref="ProtocolGuess.MaxCapture"/>.</param>
/// <param name="From">Who sent them.</param>
public sealed record Capture(byte[] Bytes, Origin From);

/// <summary>The messages that a framing finds in captures, by their places.</summary>
internal sealed class Messages
{
    // Of a capture at most this part may be the message that is cut off at its end.
    private const int LeastWhole = 4;

    private readonly List<(Capture Capture, int Start, int Length)> _messages = [];

    public int Count => _messages.Count;

    /// <summary>Bytes of a last message that is not there as a whole.</summary>
    public int CutOff { get; private set; }

    public int Shortest { get; private set; } = int.MaxValue;

    public ReadOnlySpan<byte> this[int index] => _messages[index].Capture.Bytes.AsSpan(_messages[index].Start, _messages[index].Length);

    /// <summary>Who sent a message.</summary>
    public Origin From(int index) => _messages[index].Capture.From;

    /// <summary>Where they end, which tells whether two framings find the same.</summary>
    public string Key => string.Join(' ', _messages.Select(message => message.Start + message.Length));

    /// <summary>Walks through a capture; false if the framing does not fit it.</summary>
    public bool TryAdd(Capture capture, Framing framing)
    {
        var bytes = capture.Bytes;
        var least = Math.Max(1, framing.Reads.End);
        for (var at = 0; at < bytes.Length;)
        {
            var length = framing.LengthOf(bytes.AsSpan(at));
            if (length == 0 || length > bytes.Length - at)
            {
                // A capture may end within a message, of which there is less than of those before.
                CutOff += bytes.Length - at;
                return Count > 1 && bytes.Length - at < 2 * LongestSoFar() && bytes.Length - at < bytes.Length / LeastWhole;
            }

            if (length < least) return false;
            _messages.Add((capture, at, (int)length));
            Shortest = Math.Min(Shortest, (int)length);
            at += (int)length;
        }

        return true;
    }

    /// <summary>The numbers of the messages that one side sent.</summary>
    public IEnumerable<int> Of(Origin from) => Enumerable.Range(0, Count).Where(index => From(index) == from);

    /// <summary>Share of the captures' bytes that is in whole messages.</summary>
    public double Covered => Bytes / (double)(Bytes + CutOff);

    private long Bytes => _messages.Sum(message => (long)message.Length);

    private int LongestSoFar() => _messages.Max(message => message.Length);
}
