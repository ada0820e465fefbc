namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>
/// A description to start with, made from captured bytes: where messages end, which number is the id, what is always the same, which part is coded
/// how. Comments say why, and how sure each is; names, kinds and meanings are for somebody who knows the protocol.
/// </summary>
public static class ProtocolGuess
{
    /// <summary>Bytes of a capture that are looked at.</summary>
    public const int MaxCapture = 1024 * 1024;

    private const int MinBits = 4;

    /// <summary>The description as YAML; null: nothing fits the captures, and why.</summary>
    /// <param name="client">What the client sent, from the start of a message on; more than <see cref="MaxCapture"/> is not looked at.</param>
    /// <param name="server">What the server answered to it; null: there is none of it.</param>
    /// <param name="reason">Why there is no description.</param>
    public static string? Make(byte[] client, byte[]? server, out string reason)
    {
        reason = "";
        var requests = new Capture(client[..Math.Min(client.Length, MaxCapture)], Origin.Client);
        var answers = server is null ? null : new Capture(server[..Math.Min(server.Length, MaxCapture)], Origin.Server);
        var best = Best([requests]);
        if (answers is not null && Best([requests, answers]) is { } both && both.Guess.Bits > (best?.Guess.Bits ?? 0) / 4) return DescriptionWriter.Write(both, "");
        if (best is { } one)
            return DescriptionWriter.Write(one, answers is null ? "" : "# The server's messages are laid out in another way: guess them alone, and put both together with 'when'.\n");
        reason = "no length and no delimiter divides it into messages: does it begin with one, is it of one direction of one connection, and are there several?";
        return null;
    }

    private static (FramingGuess Guess, FramingGuess? Next)? Best(IReadOnlyList<Capture> captures)
    {
        var guesses = FramingSearch.Find(captures);
        if (guesses.Count == 0 || guesses[0].Bits < MinBits) return null;
        return (guesses[0], guesses.Count > 1 && guesses[1].Bits > guesses[0].Bits / 8 ? guesses[1] : null);
    }
}
