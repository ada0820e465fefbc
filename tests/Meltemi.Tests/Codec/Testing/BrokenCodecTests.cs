using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using AwesomeRpc.Codec;
using Meltemi.Codec;
using Meltemi.Codec.Testing;
using Meltemi.Tests.Samples;

namespace Meltemi.Tests.Codec.Testing;

/// <summary>Each check of the kit catches the codec that breaks what it is for, and says so.</summary>
public class BrokenCodecTests
{
    private static readonly ConformanceOptions Quick = new() { DamagedMessages = 5000, RandomMessages = 2000, SteadyRounds = 300 };

    [Fact]
    public void A_protocol_without_ids_that_wants_to_be_multiplexed() => Caught(
        CodecConformance.DescribesItself, new OtherInfo(info => info with { HasIds = false, OrderedAnswers = true }), "needs HasIds");

    [Fact]
    public void A_protocol_with_neither_ids_nor_order() =>
        Caught(CodecConformance.DescribesItself, new OtherInfo(info => info with { HasIds = false }), "set OrderedAnswers");

    [Fact]
    public void A_method_attribute_that_is_not_listed() => Caught(
        CodecConformance.DescribesItself,
        new OtherInfo(info => info with { OpenAttributes = false, MethodAttribute = "verb" }),
        "MethodAttribute 'verb'");

    [Fact]
    public void A_wrong_id() => Caught(
        CodecConformance.DecodesWholeMessages, new WithDecode(After((ref frame) => frame.Id++)), "Id is 8, expected 7");

    [Fact]
    public void A_wrong_kind() => Caught(
        CodecConformance.DecodesWholeMessages, new WithDecode(After((ref frame) => frame.Kind = MessageKind.OneWay)), "expected Request");

    [Fact]
    public void A_length_that_takes_in_what_follows() => Caught(
        CodecConformance.DecodesWholeMessages,
        new WithDecode((bytes, origin, state, ref frame) =>
        {
            var answer = WithDecode.GoodDecode(bytes, origin, state, ref frame);
            frame.Length = bytes.Length;
            return answer;
        }),
        "twice in a row at byte 81: Length is 162, expected 81");

    [Fact]
    public void Asking_for_no_more_than_is_there() =>
        Caught(CodecConformance.WaitsForMissingBytes, new WithDecode(Asking((given, needed) => given)), "it would be asked for ever");

    [Fact]
    public void Asking_for_more_than_the_message_has() => Caught(
        CodecConformance.WaitsForMissingBytes,
        new WithDecode(Asking((given, needed) => needed + 1)),
        "Decode asks for 82 bytes, the message has only 81");

    [Fact]
    public void Giving_up_on_a_short_head() => Caught(
        CodecConformance.WaitsForMissingBytes,
        new WithDecode((bytes, origin, state, ref frame) =>
            bytes.Length < 16 ? Decoded.Malformed("short") : WithDecode.GoodDecode(bytes, origin, state, ref frame)),
        "expected NeedMore");

    [Fact]
    public void A_message_that_is_taken_before_it_is_whole() => Caught(
        CodecConformance.WaitsForMissingBytes,
        new WithDecode((bytes, origin, state, ref frame) =>
        {
            var answer = WithDecode.GoodDecode(bytes, origin, state, ref frame);
            if (answer.Status != DecodeStatus.NeedMore || bytes.Length < 20) return answer;
            frame.Length = bytes.Length;
            return Decoded.Complete;
        }),
        "complete, expected NeedMore");

    [Fact]
    public void Not_knowing_its_own_protocol() => Caught(
        CodecConformance.RecognisesItself, new WithRecognise(bytes => Recognition.NeedMore), "Recognise says NeedMore, expected Yes");

    [Fact]
    public void Knowing_a_protocol_until_more_of_it_comes() => Caught(
        CodecConformance.RecognisesItself,
        new WithRecognise(bytes => bytes.Length > 20 ? Recognition.No : WithRecognise.GoodRecognise(bytes)),
        "Recognise says No, and with a byte less Yes");

    [Fact]
    public void Knowing_what_is_another_protocol_for_Decode() =>
        Caught(CodecConformance.RecognisesItself, new WithRecognise(bytes => Recognition.Yes), "Recognise says yes, but Decode says NotThisProtocol");

    [Fact]
    public void Knowing_a_protocol_without_a_certainty() => Caught(
        CodecConformance.RecognisesItself, new OtherInfo(info => info with { Certainty = Certainty.None }), "but CodecInfo has no Certainty");

    [Fact]
    public void State_that_moves_although_the_message_is_not_whole() => Caught(
        CodecConformance.WaitsForMissingBytes, new WithDecode(Counting(whole: false, limit: 1), () => new int[1]), "after a try with less");

    [Fact]
    public void State_that_spoils_a_later_message_of_the_stream() => Caught(
        CodecConformance.FindsMessagesInAStream,
        new WithDecode((bytes, origin, state, ref frame) =>
        {
            // Right when the message comes whole, wrong when it comes in pieces after another one.
            var seen = (int[])state!;
            var answer = WithDecode.GoodDecode(bytes, origin, state, ref frame);
            if (answer.Status == DecodeStatus.NeedMore && seen[0] > 0) return Decoded.Malformed("impatient");
            if (answer.Status == DecodeStatus.Complete) seen[0]++;
            return answer;
        },
        () => new int[1]),
        "impatient");

    [Fact]
    public void Waiting_for_the_first_byte_of_the_next_message() => Caught(
        CodecConformance.FindsMessagesInAStream,
        new WithDecode((bytes, origin, state, ref frame) =>
        {
            var answer = WithDecode.GoodDecode(bytes, origin, state, ref frame);
            return answer.Status == DecodeStatus.NeedMore && bytes.Length >= 16 ? Decoded.Need(answer.Needed + 1) : answer;
        }),
        "but sample 'request' has 81");

    [Fact]
    public void A_field_where_the_frame_should_remember() =>
        Caught(CodecConformance.IsPure, new Forgetful(), "read after others were decoded");

    [Fact]
    public void An_answer_that_changes_with_the_number_of_calls()
    {
        var calls = 0;
        var codec = new WithDecode(After((ref frame) => frame.Variant = (byte)(++calls > 40 ? 1 : 0)));
        Caught(CodecConformance.IsPure, codec, "decoded again: Variant is 1, expected 0");
    }

    [Fact]
    public void A_value_that_is_cut() => Caught(
        CodecConformance.ReadsAttributes,
        new WithReader((good, message, in frame, values, keys) =>
        {
            if (frame.Length == 81) values.SetCopy(keys.IndexOf("command"), "ech"u8);
            return good.Read(message, frame, values);
        }),
        "attribute 'command' is 'ech', expected 'echo'");

    [Fact]
    public void An_attribute_that_hangs_on_what_else_is_wanted() => Caught(
        CodecConformance.ReadsAttributes,
        new WithReader((good, message, in frame, values, keys) =>
        {
            if (keys.Count == 1) values.SetCopy(0, "alone"u8);
            return good.Read(message, frame, values);
        }),
        "one key bound alone");

    [Fact]
    public void An_attribute_that_nobody_sent() => Caught(
        CodecConformance.ReadsAttributes,
        new WithReader((good, message, in frame, values, keys) =>
        {
            for (var slot = 0; slot < keys.Count; slot++)
            {
                if (keys[slot].StartsWith("no-", StringComparison.Ordinal)) values.SetNumber(slot, 1);
            }

            return good.Read(message, frame, values);
        }),
        "has 'no-such-attribute'");

    [Fact]
    public void An_id_of_which_half_is_written() => Caught(
        CodecConformance.RewritesIds,
        new WithPatch((message, id) =>
        {
            BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)id);
            return true;
        }),
        "Rewrite and TryPatchId write different bytes");

    [Fact]
    public void An_id_that_is_written_over_its_neighbour() => Caught(
        CodecConformance.RewritesIds,
        new WithPatch((message, id) =>
        {
            BinaryPrimitives.WriteUInt32BigEndian(message[8..], (uint)id);
            if (message.Length > 16) message[^1] ^= 1;
            if (message.Length > 17 && id == 7) message[^1] = 0;
            return true;
        }),
        "differ");

    [Fact]
    public void An_id_that_cannot_be_written() => Caught(
        CodecConformance.RewritesIds, new NoIds(), "neither TryPatchId nor Rewrite writes id 1");

    [Fact]
    public void A_patch_that_is_refused_after_the_fact() => Caught(
        CodecConformance.RewritesIds,
        new WithPatch((message, id) =>
        {
            message[8] = 9;
            return false;
        }),
        "TryPatchId is false but changed the message");

    [Fact]
    public void A_removal_that_is_forgotten() => Caught(
        CodecConformance.AppliesMutations,
        Rewriting((good, message, mutation) =>
        {
            var kept = new Mutation();
            foreach (var change in mutation.Changes)
            {
                if (change.Kind == ChangeKind.Set) kept.Set(change.Key, change.Value);
                if (change.Kind == ChangeKind.Add) kept.Add(change.Key, change.Value);
            }

            return (kept, message => message);
        }),
        "'user' removed: attribute 'user' is 'ann', expected absent");

    [Fact]
    public void A_body_that_is_lost() => Caught(
        CodecConformance.AppliesMutations,
        Rewriting((good, message, mutation) => (mutation, message =>
        {
            if (!mutation.IsEmpty && message[^1] == (byte)'o') message[^1] = 0;
            return message;
        }
        )),
        "the body is not there any more");

    [Fact]
    public void An_empty_mutation_that_changes_bytes() => Caught(
        CodecConformance.AppliesMutations,
        Rewriting((good, message, mutation) => (mutation, message =>
        {
            if (mutation.IsEmpty) message[^1] ^= 1;
            return message;
        }
        )),
        "rewritten with an empty mutation at byte 80: the bytes differ");

    [Fact]
    public void A_refusal_that_has_written_already() => Caught(
        CodecConformance.AppliesMutations,
        new WithRewrite((good, message, in frame, id, mutation, output) =>
        {
            if (good.Rewrite(message, frame, id, mutation, output)) return true;
            output.Write(message);
            return false;
        }),
        "Rewrite is false but has written");

    [Fact]
    public void A_change_that_is_refused_without_need() => Caught(
        CodecConformance.AppliesMutations,
        new WithRewrite((good, message, in frame, id, mutation, output) =>
            mutation.Count < 2 && good.Rewrite(message, frame, id, mutation, output)),
        "Rewrite refuses: 'command' set twice");

    [Fact]
    public void More_written_than_was_asked_for() => Caught(
        CodecConformance.AppliesMutations,
        new WithRewrite((good, message, in frame, id, mutation, output) =>
        {
            message.CopyTo(output.GetSpan(16));
            output.Advance(message.Length);
            return true;
        }),
        "Rewrite threw");

    [Fact]
    public void Can_mutate_without_a_sample_that_shows_it()
    {
        var error = Assert.Throws<ConformanceException>(() => CodecConformance.AppliesMutations(
            new WrappedCodec(), [.. AwesomeRpcSamples.All.Select(sample => sample with { CanSet = [] })]));
        Assert.Contains("no sample says what CanSet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reply_with_another_id() => Caught(
        CodecConformance.WritesReplies,
        new WithReply((good, in request, reason, text, output) =>
            good.WriteReply(new RequestInfo { Id = 5, Kind = request.Kind }, reason, text, output)),
        "Id is 5, expected 7");

    [Fact]
    public void A_reply_that_looks_like_success() => Caught(
        CodecConformance.WritesReplies, Replying((reason, text, reply) =>
        {
            reply[13] = 0;
            return (reply, 0);
        }),
        "Status is Ok");

    [Fact]
    public void A_reply_that_reports_another_code() =>
        Caught(CodecConformance.WritesReplies, Replying((reason, text, reply) => (reply, 99)), "WriteReply returned 99");

    [Fact]
    public void A_reply_that_does_not_say_why() => Caught(
        CodecConformance.WritesReplies,
        new WithReply((good, in request, reason, text, output) =>
            good.WriteReply(request, reason, "error"u8, output)),
        "the text is not in it");

    [Fact]
    public void A_reason_that_was_forgotten() => Caught(
        CodecConformance.WritesReplies,
        new WithReply((good, in request, reason, text, output) =>
            reason == ReplyReason.Draining ? throw new NotSupportedException("draining") : good.WriteReply(request, reason, text, output)),
        "WriteReply(Draining) threw NotSupportedException");

    [Fact]
    public void A_text_whose_line_break_ends_the_reply() => Caught(
        CodecConformance.WritesReplies, Replying((reason, text, reply) =>
        {
            var end = Array.IndexOf(reply, (byte)'\n');
            if (end > 0) BinaryPrimitives.WriteInt32BigEndian(reply.AsSpan(4), end);
            return (reply, reply[13]);
        }),
        "but the first message in it");

    [Fact]
    public void A_heartbeat_answer_with_another_id() =>
        Caught(CodecConformance.WritesHeartbeats, new Hearts(answerId: 3, asRequest: false), "Id is 3, expected 10");

    [Fact]
    public void A_heartbeat_that_is_a_request() => Caught(
        CodecConformance.WritesHeartbeats, new Hearts(answerId: null, asRequest: true), "Kind is HeartbeatAnswer, expected Heartbeat");

    [Fact]
    public void A_go_away_that_is_none() => Caught(CodecConformance.WritesGoAway, new NoGoAway(), "nothing was written");

    [Fact]
    public void A_length_without_a_limit() => Caught(
        CodecConformance.BoundsLengths,
        new AwesomeRpcCodecFactory().Create(new() { MaxFrameBytes = int.MaxValue }),
        "more than MaxFrameBytes");

    [Fact]
    public void Memory_by_the_word_of_a_peer() => Caught(
        CodecConformance.BoundsLengths,
        new WithDecode((bytes, origin, state, ref frame) =>
        {
            if (bytes.Length >= 8) GC.KeepAlive(new byte[Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), 50_000_000)]);
            return WithDecode.GoodDecode(bytes, origin, state, ref frame);
        }),
        "Decode allocates");

    [Fact]
    public void A_parser_that_throws_at_rubbish()
    {
        var codec = new WithReader((good, message, in frame, values, keys) =>
        {
            for (var at = 16; at < frame.Mark0;)
                at += 2 + message.Slice(at + 2, BinaryPrimitives.ReadUInt16BigEndian(message[at..])).Length;
            return good.Read(message, frame, values);
        });
        Caught(CodecConformance.SurvivesWrongEndings, codec, "reading attributes threw ArgumentOutOfRangeException");
        Caught(CodecConformance.SurvivesRandomBytes, codec, "reading attributes threw ArgumentOutOfRangeException");
        Caught(CodecConformance.SurvivesDamage, codec, "reading attributes threw ArgumentOutOfRangeException");
    }

    [Fact]
    public void Rewriting_that_trusts_a_broken_message() => Caught(
        CodecConformance.SurvivesDamage,
        Rewriting((good, message, mutation) => (Mutation.None, message =>
        {
            if (message[3] > 1) message[7]++;
            return message;
        }
        )),
        ", damaged, rewritten, round 0 of seed 1: ");

    [Fact]
    public void Allocation_in_every_step()
    {
        var decode = new WithDecode(After((ref frame) => GC.KeepAlive(new object())));
        Caught(CodecConformance.AllocatesNothing, decode, "Decode allocates 24 bytes per message");
        var read = new WithReader((good, message, in frame, values, keys) =>
        {
            GC.KeepAlive(Encoding.UTF8.GetString(message[..2]));
            return good.Read(message, frame, values);
        });
        Caught(CodecConformance.AllocatesNothing, read, "Read allocates 32 bytes per message");
        var rewrite = Rewriting((good, message, mutation) => (mutation, message => message));
        Caught(CodecConformance.AllocatesNothing, rewrite, "Rewrite allocates");
    }

    [Fact]
    public void A_call_that_never_returns()
    {
        using var never = new ManualResetEventSlim();
        var codec = new WithDecode((bytes, origin, state, ref frame) =>
        {
            if (origin == Origin.Server) never.Wait();
            return WithDecode.GoodDecode(bytes, origin, state, ref frame);
        });
        var options = Quick with { Patience = TimeSpan.FromMilliseconds(100) };
        var error = Assert.Throws<ConformanceException>(() => CodecConformance.DecodesWholeMessages(codec, AwesomeRpcSamples.All, options));
        never.Set();
        Assert.Contains("the codec has not come back", error.Message, StringComparison.Ordinal);
    }

    private delegate void FrameChange(ref Frame frame);

    private static void Caught(Action<ICodec, IReadOnlyList<Sample>, ConformanceOptions?> check, ICodec codec, string words)
    {
        var error = Assert.Throws<ConformanceException>(() => check(codec, AwesomeRpcSamples.All, Quick));
        Assert.Equal(check.Method.Name, error.Check);
        Assert.True(error.Message.Contains(words, StringComparison.Ordinal), error.Message);
    }

    private static DecodeCall After(FrameChange change) => (bytes, origin, state, ref frame) =>
    {
        var answer = WithDecode.GoodDecode(bytes, origin, state, ref frame);
        if (answer.Status == DecodeStatus.Complete) change(ref frame);
        return answer;
    };

    private static DecodeCall Asking(Func<int, int, int> needed) => (bytes, origin, state, ref frame) =>
    {
        var answer = WithDecode.GoodDecode(bytes, origin, state, ref frame);
        return answer.Status == DecodeStatus.NeedMore ? Decoded.Need(needed(bytes.Length, answer.Needed)) : answer;
    };

    private static DecodeCall Counting(bool whole, int limit) => (bytes, origin, state, ref frame) =>
    {
        var seen = (int[])state!;
        var answer = WithDecode.GoodDecode(bytes, origin, state, ref frame);
        if (answer.Status == DecodeStatus.Complete && seen[0] >= limit) return Decoded.Malformed("counted too far");
        if (answer.Status == DecodeStatus.Complete == whole) seen[0]++;
        return answer;
    };

    private static WithRewrite Rewriting(Func<ICodec, byte[], Mutation, (Mutation Mutation, Func<byte[], byte[]> Then)> change) =>
        new((good, message, in frame, id, mutation, output) =>
        {
            var (changed, then) = change(good, message.ToArray(), mutation);
            var written = new ArrayBufferWriter<byte>();
            if (!good.Rewrite(message, frame, id, changed, written)) return false;
            output.Write(then(written.WrittenSpan.ToArray()));
            return true;
        });

    private static WithReply Replying(Func<ReplyReason, byte[], byte[], (byte[] Reply, int Code)> change) =>
        new((good, in request, reason, text, output) =>
        {
            var written = new ArrayBufferWriter<byte>();
            good.WriteReply(request, reason, text, written);
            var (reply, code) = change(reason, text.ToArray(), written.WrittenSpan.ToArray());
            output.Write(reply);
            return code;
        });

    private sealed class OtherInfo(Func<CodecInfo, CodecInfo> change) : WrappedCodec
    {
        public override CodecInfo Info => change(Good.Info);
    }

    private sealed class NoIds : WrappedCodec
    {
        public override bool TryPatchId(Span<byte> message, in Frame frame, ulong id) => false;

        public override bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output) =>
            false;
    }

    private sealed class Hearts(ulong? answerId, bool asRequest) : WrappedCodec
    {
        public override void WriteHeartbeat(ulong id, byte variant, IBufferWriter<byte> output)
        {
            if (asRequest) Good.WriteHeartbeatAnswer([], new() { Id = id }, output);
            else Good.WriteHeartbeat(id, variant, output);
        }

        public override void WriteHeartbeatAnswer(ReadOnlySpan<byte> message, in Frame heartbeat, IBufferWriter<byte> output) =>
            Good.WriteHeartbeatAnswer(message, new() { Id = answerId ?? heartbeat.Id }, output);
    }

    private sealed class NoGoAway : WrappedCodec
    {
        public override void WriteGoAway(byte variant, IBufferWriter<byte> output)
        {
        }
    }

    /// <summary>Keeps the last frame in a field and reads by it.</summary>
    private sealed class Forgetful : WrappedCodec
    {
        private Frame _last;

        public override Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, object? state, ref Frame frame)
        {
            var answer = base.Decode(bytes, origin, state, ref frame);
            _last = frame;
            return answer;
        }

        public override AttributeReader Bind(AttributeKeys keys, Origin origin) => new Reader(this, base.Bind(keys, origin));

        private sealed class Reader(Forgetful codec, AttributeReader good) : AttributeReader
        {
            public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
            {
                var remembered = codec._last;
                return remembered.Mark0 <= message.Length && good.Read(message, remembered, values);
            }
        }
    }
}
