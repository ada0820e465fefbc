using System.Globalization;
using System.Text;

namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>
/// A description to start with, made from captured bytes: where messages end, which number is the id, what is always the same, which part is coded
/// how. Comments say why, and how sure each is; names, kinds and meanings are for somebody who knows the protocol.
/// </summary>
public static class ProtocolGuess
{
    /// <summary>Bytes of a capture that are looked at.</summary>
    public const int MaxCapture = 1024 * 1024;

    private const int CertainBits = 40, LikelyBits = 16, MinBits = 4;
    private const int LeastRun = 3;

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
        if (answers is not null && Best([requests, answers]) is { } both && both.Guess.Bits > (best?.Guess.Bits ?? 0) / 4) return Write(both, "");
        if (best is { } one)
            return Write(one, answers is null ? "" : "# The server's messages are laid out in another way: guess them alone, and put both together with 'when'.\n");
        reason = "no length and no delimiter divides it into messages: does it begin with one, is it of one direction of one connection, and are there several?";
        return null;
    }

    private static (FramingGuess Guess, FramingGuess? Next)? Best(IReadOnlyList<Capture> captures)
    {
        var guesses = FramingSearch.Find(captures);
        if (guesses.Count == 0 || guesses[0].Bits < MinBits) return null;
        return (guesses[0], guesses.Count > 1 && guesses[1].Bits > guesses[0].Bits / 8 ? guesses[1] : null);
    }

    private static string Write((FramingGuess Guess, FramingGuess? Next) best, string remark)
    {
        var (guess, next) = best;
        var messages = guess.Messages;
        var known = BodySearch.Find(messages, guess.Framing).ToList();
        if (guess.Framing is LengthField field) known.Add(new(field.Number.Offset, field.Number.Width, "length", field.Number.Text, Sureness(guess.Bits)));
        if (guess.Framing is VarintLength varint) known.Add(new(varint.Offset, 1, "length", "VARINT", Sureness(guess.Bits)));
        var id = IdSearch.Find(messages, known, guess.Framing switch
        {
            LengthField one => one.Number.IsLittle,
            LengthSum several => several.Numbers[0].IsLittle,
            _ => null,
        });
        if (id is { } late && known.FindIndex(part => part is { Width: 0, Name: "body" } && part.Offset < late.Number.End) is >= 0 and var body && known.Count == 2)
            known[body] = BodySearch.Rest(messages, late.Number.End, null)[0];
        if (id is { } found) known.Add(new(found.Number.Offset, found.Number.Width, "id", found.Number.Text, found.Why));

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Guessed from {messages.Count} messages{(messages.CutOff > 0 ? $" and {messages.CutOff} bytes of a last one that is cut off" : "")}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"# Messages: {guess.Framing}. This is {Sureness(guess.Bits)}.");
        foreach (var other in guess.SameMessages.Take(2)) text.AppendLine(CultureInfo.InvariantCulture, $"# The same messages would come of: {other}.");
        text.Append(remark);
        if (next is not null) text.AppendLine(CultureInfo.InvariantCulture, $"# Less likely: {next.Framing}, which gives {next.Messages.Count} messages.");
        text.AppendLine("name: guessed").AppendLine("layout:");
        var layout = Fill(messages, known).ToArray();
        var lines = layout.Select(part => $"- {{ name: {part.Name}, type: {part.Text} }}").ToArray();
        var column = Math.Min(70, lines.Max(line => line.Length));
        foreach (var (part, line) in layout.Zip(lines)) text.AppendLine(part.Comment.Length == 0 ? line : $"{line.PadRight(column)} # {part.Comment}");
        WriteLength(text, guess.Framing);
        if (id is not null) text.AppendLine("id: id");
        WriteKinds(text, messages, layout);
        return text.ToString();
    }

    private static void WriteLength(StringBuilder text, Framing framing)
    {
        if (framing is Delimited delimited) text.AppendLine(CultureInfo.InvariantCulture, $"delimiter: \"{delimited.Text}\"");
        else if (framing is VarintLength) text.AppendLine("length: { field: length, counts: FOLLOWING }");
        else if (framing is LengthField { Plus: var plus, Number: var number })
            text.AppendLine(plus == 0 ? "length: { field: length }" : plus == number.End ? "length: { field: length, counts: FOLLOWING }" : $"length: {{ field: length, plus: {plus} }}");
    }

    /// <summary>Requests and answers: by a byte that tells them apart, if there is one, else by who sends them.</summary>
    private static void WriteKinds(StringBuilder text, Messages messages, Part[] layout)
    {
        text.AppendLine("kinds: # one-way messages, heartbeats, go-aways: add what the protocol has");
        var telling = messages.Of(Origin.Server).Any()
            ? layout.FirstOrDefault(part => part.Width == 1 && !Column.Of(messages, part.Offset, Origin.Client).Overlaps(Column.Of(messages, part.Offset, Origin.Server)))
            : null;
        text.AppendLine(CultureInfo.InvariantCulture, $"- {{ {When(telling, Origin.Client)}from: CLIENT, is: REQUEST }}");
        text.AppendLine(CultureInfo.InvariantCulture, $"- {{ {When(telling, Origin.Server)}from: SERVER, is: RESPONSE }}");

        string When(Part? part, Origin from) =>
            part is null ? "" : $"when: {{ {part.Name}: [{string.Join(", ", Column.Of(messages, part.Offset, from))}] }}, ";
    }

    /// <summary>The known fields in their order, and between them what can be said of the bytes that are left.</summary>
    private static IEnumerable<Part> Fill(Messages messages, List<Part> known)
    {
        var at = 0;
        foreach (var part in known.OrderBy(part => part.Offset))
        {
            // The first part without a width is the end of the head.
            foreach (var gap in Gap(messages, at, Math.Min(part.Offset, messages.Shortest))) yield return gap;
            yield return part;
            at = part.Width == 0 ? int.MaxValue : part.End;
        }
    }

    private static IEnumerable<Part> Gap(Messages messages, int from, int to)
    {
        for (var at = from; at < to;)
        {
            var (start, kind) = (at, Column.KindOf(messages, at));
            while (++at < to && kind != ColumnKind.Few && Column.KindOf(messages, at) == kind) continue;
            if (kind == ColumnKind.Constant && start > 0 && at - start < LeastRun) at = start + 1;
            yield return Describe(messages, start, at - start, kind);
        }
    }

    private static Part Describe(Messages messages, int start, int width, ColumnKind kind)
    {
        var bytes = messages[0].Slice(start, width);
        var values = string.Join(", ", Column.Of(messages, start));
        var size = $"BYTES, size: {width}";
        return kind switch
        {
            ColumnKind.Constant when start == 0 && width == 1 => new(start, width, "magic", $"U8, value: {values}", "in all messages"),
            ColumnKind.Constant when start == 0 => new(start, width, "magic", $"{size}, value: \"hex:{Convert.ToHexStringLower(bytes)}\"", "in all messages"),
            ColumnKind.Constant when width == 1 => new(start, width, $"byte{start}", "U8", $"{values} in all messages"),
            ColumnKind.Constant => new(start, width, $"bytes{start}", size, $"in all messages {Convert.ToHexStringLower(bytes)}"),
            ColumnKind.Few => new(start, width, $"byte{start}", "U8", $"one of {values}: a type, a flag, a status?"),
            ColumnKind.Zero => new(start, width, $"bytes{start}", size, "0 in all messages"),
            _ => new(start, width, $"bytes{start}", size, ""),
        };
    }

    private static string Sureness(double bits) => bits >= CertainBits ? "certain" : bits >= LikelyBits ? "likely" : "perhaps";
}
