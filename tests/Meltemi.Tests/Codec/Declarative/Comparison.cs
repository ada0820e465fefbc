using System.Buffers;
using System.Text;
using Meltemi.Codec;
using Meltemi.Codec.Testing;

namespace Meltemi.Tests.Codec.Declarative;

/// <summary>
/// Two codecs of one protocol, given the same bytes: samples, their beginnings, and thousands of damaged and random messages. They must give the same answer,
/// the same frame, the same attributes, and write the same bytes.
/// </summary>
internal sealed class Comparison(ICodec code, ICodec declared, IReadOnlyList<Sample> samples, string[] attributes)
{
    private const int Damaged = 30_000;
    private const int Seed = 20261;

    private readonly AttributeKeys _keys = new(attributes);
    private readonly Mutation _mutation = Changes();

    /// <summary>Kinds whose status is compared.</summary>
    public Func<MessageKind, bool> HasStatus { get; init; } = kind => kind == MessageKind.Response;

    /// <summary>Kinds whose attributes are compared.</summary>
    public Func<MessageKind, bool> HasAttributes { get; init; } = kind => kind is not (MessageKind.Heartbeat or MessageKind.HeartbeatAnswer or MessageKind.GoAway);

    /// <summary>Attributes that the description does not claim to find in a message.</summary>
    public Func<byte[], string, bool> Unclaimed { get; init; } = (_, _) => false;

    /// <summary>Requests whose error answers the description does not claim to write in the same bytes.</summary>
    public Func<byte[], bool> OtherReplies { get; init; } = _ => false;

    /// <summary>Reasons for which the codec in code refuses what the description lets pass.</summary>
    public Func<string, bool> MayBeLaxer { get; init; } = _ => false;

    /// <summary>Bytes of which the description does not claim to say the same.</summary>
    public Func<byte[], bool> Excused { get; init; } = _ => false;

    /// <summary>Only so many first bytes are damaged; 0: all.</summary>
    public int DamagedHead { get; init; }

    /// <summary>Of broken fields the description reads what comes before they break.</summary>
    public bool ReadsLaxer { get; init; }

    /// <summary>How many messages were whole, so that a test can see that it compared something.</summary>
    public int Whole { get; private set; }

    public void Run()
    {
        foreach (var sample in samples)
        {
            for (var length = 0; length <= sample.Bytes.Length; length++) Compare(sample.Bytes[..length], sample.Origin);
            for (var length = 0; length <= sample.Bytes.Length; length++) Compare(sample.Bytes[..length], Other(sample.Origin));
        }

        var random = new Random(Seed);
        for (var i = 0; i < Damaged; i++)
        {
            var sample = samples[random.Next(samples.Count)];
            Compare(Damage(sample.Bytes, random), random.Next(8) == 0 ? Other(sample.Origin) : sample.Origin);
        }

        Assert.True(Whole > (DamagedHead > 0 ? 500 : Damaged / 4), $"only {Whole} messages were whole");
        CompareOwnMessages();
    }

    private static Origin Other(Origin origin) => origin == Origin.Client ? Origin.Server : Origin.Client;

    private static Mutation Changes()
    {
        var mutation = new Mutation();
        mutation.Set(Encoding.UTF8.GetBytes("user"), Encoding.UTF8.GetBytes("somebody else"));
        mutation.Remove(Encoding.UTF8.GetBytes("timeout-of-others"));
        mutation.Add(Encoding.UTF8.GetBytes("x-lane"), Encoding.UTF8.GetBytes("canary"));
        return mutation;
    }

    private byte[] Damage(byte[] bytes, Random random)
    {
        if (DamagedHead > 0)
        {
            var head = bytes.ToArray();
            head[random.Next(Math.Min(DamagedHead, head.Length))] ^= (byte)(1 << random.Next(8));
            return random.Next(4) == 0 ? [.. head, .. bytes] : head;
        }

        var damaged = bytes.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && damaged.Count > 0; changes--)
        {
            var at = random.Next(random.Next(3) == 0 ? damaged.Count : Math.Min(damaged.Count, 40));
            switch (random.Next(6))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    damaged.RemoveAt(at);
                    break;
                case 4:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                default:
                    damaged.AddRange(bytes);
                    break;
            }
        }

        return [.. damaged];
    }

    private void Compare(byte[] bytes, Origin origin)
    {
        Frame left = default, right = default;
        var expected = code.Decode(bytes, origin, null, ref left);
        var answer = declared.Decode(bytes, origin, null, ref right);
        if ((expected.Reason is { } reason && MayBeLaxer(reason)) || Excused(bytes)) return;
        Same(bytes, "status", expected.Status, answer.Status);
        if (expected.Status != DecodeStatus.Complete) return;
        Whole++;
        Same(bytes, "length", left.Length, right.Length);
        Same(bytes, "kind", left.Kind, right.Kind);
        Same(bytes, "flags", left.Flags, right.Flags);
        Same(bytes, "id", left.Id, right.Id);
        Same(bytes, "variant", left.Variant, right.Variant);
        if (HasStatus(left.Kind)) Same(bytes, "code and status", (left.Code, left.Status), (right.Code, right.Status));

        var message = bytes[..left.Length];
        Same(message, "patched", Patched(code, message, left), Patched(declared, message, right));
        if (origin == Origin.Client && left.Kind is MessageKind.Request or MessageKind.StreamOpen && !OtherReplies(message)) CompareReplies(message, left, right);

        // Of broken headers it is only said that they are: one codec copies what it does not look at, the other refuses it.
        if (!AreAttributesSame(message, origin, left, right)) return;
        Same(message, "with another id", Rewritten(code, message, left, Mutation.None), Rewritten(declared, message, right, Mutation.None));
        if (left.Kind is MessageKind.Request or MessageKind.OneWay or MessageKind.Response)
            Same(message, "changed", Rewritten(code, message, left, _mutation), Rewritten(declared, message, right, _mutation));
        if (left.Kind == MessageKind.Heartbeat)
            Same(message, "answered", Written(output => code.WriteHeartbeatAnswer(message, left, output)), Written(output => declared.WriteHeartbeatAnswer(message, right, output)));
    }

    private void CompareReplies(byte[] message, Frame left, Frame right)
    {
        foreach (var reason in Enum.GetValues<ReplyReason>())
        {
            var (expected, answer) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
            var text = "no healthy endpoint"u8;
            var number = code.WriteReply(Info(left), reason, text, expected);
            Same(message, $"code for {reason}", number, declared.WriteReply(Info(right), reason, text, answer));
            Same(message, $"reply for {reason}", Convert.ToHexString(expected.WrittenSpan), Convert.ToHexString(answer.WrittenSpan));
        }

        static RequestInfo Info(Frame frame) => new() { Id = frame.Id, Kind = frame.Kind, Variant = frame.Variant, Memo = frame.Memo };
    }

    /// <summary>False if the message has none that can be read.</summary>
    private bool AreAttributesSame(byte[] message, Origin origin, Frame left, Frame right)
    {
        AttributeValues expected = new(), answer = new();
        expected.Reset(_keys);
        answer.Reset(_keys);
        var ok = code.Bind(_keys, origin).Read(message, left, expected);
        if (!HasAttributes(left.Kind) || (ReadsLaxer && !ok)) return ok;
        Same(message, "attributes whole", ok, declared.Bind(_keys, origin).Read(message, right, answer));
        if (!ok) return false;
        for (var slot = 0; slot < _keys.Count; slot++)
        {
            if (!Unclaimed(message, _keys[slot])) Same(message, _keys[slot], Value(expected, slot, message), Value(answer, slot, message));
        }

        return true;
    }

    private static string? Value(AttributeValues values, int slot, byte[] message) => values.Has(slot) ? Encoding.Latin1.GetString(values.Get(slot, message)) : null;

    private static string Patched(ICodec codec, byte[] message, Frame frame)
    {
        var copy = message.ToArray();
        return codec.TryPatchId(copy, frame, 0x1234567) ? Convert.ToHexString(copy) : "no";
    }

    private static string Rewritten(ICodec codec, byte[] message, Frame frame, Mutation mutation)
    {
        var output = new ArrayBufferWriter<byte>();
        return codec.Rewrite(message, frame, 0x7654321, mutation, output) ? Convert.ToHexString(output.WrittenSpan) : "no";
    }

    private static string Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Convert.ToHexString(output.WrittenSpan);
    }

    private void CompareOwnMessages()
    {
        foreach (var variant in samples.Select(sample => (byte)(sample.Variant ?? 0)).Where(variant => variant > 0).DefaultIfEmpty((byte)0).Distinct())
        {
            Same([], "heartbeat", Written(output => code.WriteHeartbeat(99, variant, output)), Written(output => declared.WriteHeartbeat(99, variant, output)));
            Same([], "go-away", Written(output => code.WriteGoAway(variant, output)), Written(output => declared.WriteGoAway(variant, output)));
        }
    }

    private static void Same<T>(byte[] bytes, string what, T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
            Assert.Fail($"{what}: in code {expected}, declared {found}, for {Convert.ToHexString(bytes)}");
    }
}
