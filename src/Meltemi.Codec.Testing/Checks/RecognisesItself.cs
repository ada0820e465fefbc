namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    private const int LongestStrange = 64;

    /// <summary>
    /// Recognise says yes to the first messages of clients, for each of their beginnings at most that it needs more; yes and no never change with
    /// more bytes; and what it says yes to Decode does not call another protocol's. A codec without a certainty always says no.
    /// </summary>
    public static void RecognisesItself(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(RecognisesItself), codec, samples, options, RecognisesItself);

    private static void RecognisesItself(Probe probe)
    {
        var isSure = probe.Info.Certainty != Certainty.None;
        var first = probe.Samples.Where(CanBeFirst).ToArray();
        if (isSure && probe.Info.ServerSpeaksFirst) throw probe.Fail(new(null, Origin.Client, []), "CodecInfo: nobody waits for a client where the server speaks first: no Certainty");
        foreach (var sample in first)
        {
            var answer = RecogniseEachBeginning(probe, Case.Of(sample));
            if (isSure && answer != Recognition.Yes) throw probe.Fail(Case.Of(sample), $"Recognise says {answer}, expected Yes");
        }

        // Strange bytes, bare or behind the beginning of a real message.
        var dice = new Dice(probe.Options.Seed);
        for (var round = 0; round < probe.Options.RandomMessages / 10; round++)
        {
            var head = round % 2 == 1 && first.Length > 0 ? dice.Pick(first).Bytes : [];
            byte[] bytes = [.. head.AsSpan(0, Math.Min(head.Length, dice.Next(24))), .. dice.Bytes(1 + dice.Next(LongestStrange))];
            RecogniseEachBeginning(probe, new(null, Origin.Client, bytes, "random bytes", -1, round));
        }
    }

    private static bool CanBeFirst(Sample sample) => sample.Origin == Origin.Client && sample.After.Count == 0
        && sample.Kind is MessageKind.Request or MessageKind.OneWay or MessageKind.Heartbeat or MessageKind.StreamOpen;

    private static Recognition RecogniseEachBeginning(Probe probe, Case whole)
    {
        var answer = Recognition.NeedMore;
        for (var length = 1; length <= Math.Min(whole.Bytes.Length, Recognising.MaxBytes); length++)
        {
            var given = whole with { Bytes = whole.Bytes[..length], At = length };
            var now = Recognise(probe, given);
            if (now == answer) continue;
            if (answer != Recognition.NeedMore) throw probe.Fail(given, $"Recognise says {now}, and with a byte less {answer}: both must be final");
            answer = now;
            if (now != Recognition.Yes) continue;
            if (probe.Info.Certainty == Certainty.None) throw probe.Fail(given, "Recognise says yes, but CodecInfo has no Certainty");
            var frame = default(Frame);
            var decoded = probe.Decode(given, probe.Codec.NewConnectionState(Origin.Client), 0, ref frame);
            if (decoded.Status == DecodeStatus.NotThisProtocol) throw probe.Fail(given, $"Recognise says yes, but {Probe.Say(decoded)}");
        }

        return answer;
    }

    private static Recognition Recognise(Probe probe, Case given)
    {
        probe.Enter(given);
        try
        {
            return probe.Codec.Recognise(given.Bytes);
        }
        catch (Exception e)
        {
            throw probe.Threw(given, "Recognise", e);
        }
    }
}
