namespace Greetings;

/// <summary>
/// A protocol as its clients and servers speak it: just enough for the greeting service, and written apart from Meltemi's codecs on purpose, so
/// that a mistake there cannot hide itself here. What cannot be read throws <see cref="InvalidDataException"/>.
/// </summary>
public abstract class Wire
{
    /// <summary>Longest message that a peer takes, in bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>All of them, by the names of the protocols.</summary>
    public static IReadOnlyList<Wire> All { get; } = [new Wires.AwesomeWire(), new Wires.BoltWire(), new Wires.BrpcWire(), new Wires.TarsWire(), new Wires.TrpcWire()];

    /// <summary>Name of the protocol in Meltemi's configuration.</summary>
    public abstract string Protocol { get; }

    /// <summary>Bytes of the shortest message.</summary>
    public abstract int HeadSize { get; }

    /// <summary>Length of the message that begins so; what is missing to say it is asked for as if it were the length.</summary>
    public abstract int Length(ReadOnlySpan<byte> start);

    public abstract byte[] WriteCall(GreetingCall call);

    public abstract GreetingCall ReadCall(ReadOnlySpan<byte> message);

    public abstract byte[] WriteAnswer(GreetingAnswer answer);

    public abstract GreetingAnswer ReadAnswer(ReadOnlySpan<byte> message);

    /// <summary>Reads one message; null at the end of the stream.</summary>
    public async ValueTask<byte[]?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var message = new byte[HeadSize];
        var there = await stream.ReadAtLeastAsync(message, HeadSize, throwOnEndOfStream: false, cancel);
        if (there == 0) return null;
        Expect(there == HeadSize, "the connection ended within a message");
        for (int length; (length = Length(message)) != message.Length;)
        {
            Expect(length > message.Length && length <= MaxLength, $"a message of {length} bytes");
            there = message.Length;
            Array.Resize(ref message, length);
            await stream.ReadExactlyAsync(message.AsMemory(there), cancel);
        }

        return message;
    }

    /// <summary>Throws if something that must be is not.</summary>
    protected void Expect(bool what, string reason)
    {
        if (!what) throw new InvalidDataException($"{Protocol}: {reason}");
    }
}
