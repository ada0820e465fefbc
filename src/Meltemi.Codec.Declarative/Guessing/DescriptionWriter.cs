using System.Globalization;
using System.Text;

namespace Meltemi.Codec.Declarative.Guessing;

/// <summary>Writes what was found as a description, with comments.</summary>
internal static class DescriptionWriter
{
    private const int CertainBits = 40, LikelyBits = 16;

    /// <param name="best">What fits best, and what fits too.</param>
    /// <param name="remark">A comment for the head; may be empty.</param>
    public static string Write((FramingGuess Guess, FramingGuess? Next) best, string remark)
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
        var layout = Gaps.Fill(messages, known).ToArray();
        var lines = layout.Select(part => $"- {{ name: {part.Name}, type: {part.Text} }}").ToArray();
        var column = Math.Min(70, lines.Max(line => line.Length));
        foreach (var (part, line) in layout.Zip(lines)) text.AppendLine(part.Comment.Length == 0 ? line : $"{line.PadRight(column)} # {part.Comment}");
        WriteLength(text, guess.Framing);
        if (id is not null) text.AppendLine("id: id");
        WriteKinds(text, messages, layout);
        WriteAttributes(text, layout);
        WriteErrors(text, messages, layout);
        text.AppendLine("# status: which field of an answer says how it ended? { field: ..., values: { \"0\": OK } }");
        return text.ToString();
    }

    private static void WriteLength(StringBuilder text, Framing framing)
    {
        if (framing is Delimited delimited) text.AppendLine(CultureInfo.InvariantCulture, $"delimiter: \"{delimited.Text}\"");
        else if (framing is VarintLength) text.AppendLine("length: { field: length, counts: FOLLOWING }");
        else if (framing is LengthField { Plus: var plus, Number: var number })
            text.AppendLine(plus == 0 ? "length: { field: length }" : plus == number.End ? "length: { field: length, counts: FOLLOWING }" : $"length: {{ field: length, plus: {plus} }}");
    }

    /// <summary>What is in parts with keys: requests can be routed by it, and changed.</summary>
    private static void WriteAttributes(StringBuilder text, Part[] layout)
    {
        var keyed = layout.Where(part => part.Text.Split(',')[0] is "PAIRS" or "LINES" or "TLV").Select(part => part.Name).ToArray();
        if (keyed.Length == 0) return;
        text.AppendLine("attributes: # what routes, limits and logs can use; methodAttribute and interfaceAttribute name those for metrics");
        foreach (var name in keyed) text.AppendLine(CultureInfo.InvariantCulture, $"- {{ from: {name}.* }}");
        text.AppendLine(CultureInfo.InvariantCulture, $"mutable: [{string.Join(", ", keyed)}]");
    }

    /// <summary>An answer as answers are, with the reason as its last part: what an error looks like, nobody can see in answers that are none.</summary>
    private static void WriteErrors(StringBuilder text, Messages messages, Part[] layout)
    {
        var from = messages.Of(Origin.Server).Any() ? Origin.Server : Origin.Client;
        var values = layout.Where(part => part.Width == 1 && part.Text == "U8").Select(part => (part, Value: Column.Of(messages, part.Offset, from).Min))
            .Where(field => field.Value != 0).Select(field => $"{field.part.Name}: {field.Value}");
        text.AppendLine("errors: # how the proxy answers when it must: say what an error of the protocol looks like");
        text.AppendLine(CultureInfo.InvariantCulture, $"  message: {{ {string.Join(", ", values.Append($"{layout[^1].Name}: \"%TEXT%\""))} }}");
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

    private static string Sureness(double bits) => bits >= CertainBits ? "certain" : bits >= LikelyBits ? "likely" : "perhaps";
}
