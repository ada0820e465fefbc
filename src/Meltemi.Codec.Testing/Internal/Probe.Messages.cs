using System.Text;

namespace Meltemi.Codec.Testing;

/// <summary>Calls on one decoded message.</summary>
internal sealed partial class Probe
{
    public const string AbsentKey = "no-such-attribute";

    /// <summary>Every attribute name that the samples of an origin mention, and one that none has.</summary>
    public AttributeKeys AllKeys(Origin origin)
    {
        var names = new List<string>(origin == Origin.Client ? Info.Attributes : []);
        foreach (var sample in samples.Where(sample => sample.Origin == origin))
        {
            names.AddRange(sample.Attributes.Keys);
            names.AddRange(sample.CanSet.Keys);
            names.AddRange(sample.CanRemove);
        }

        names.Add(AbsentKey);
        return new(names);
    }

    public AttributeReader Bind(Case given, AttributeKeys keys)
    {
        try
        {
            return codec.Bind(keys, given.Origin);
        }
        catch (Exception e)
        {
            throw Threw(given, "Bind", e);
        }
    }

    /// <summary>Reads attributes and touches every value.</summary>
    public bool Read(Case given, AttributeReader reader, AttributeKeys keys, in Frame frame, AttributeValues values)
    {
        Enter(given);
        var message = given.Bytes.AsSpan(0, frame.Length);
        try
        {
            values.Reset(keys);
            var good = reader.Read(message, frame, values);
            for (var slot = 0; slot < keys.Count; slot++) values.Get(slot, message);
            return good;
        }
        catch (Exception e)
        {
            throw Threw(given, "reading attributes", e);
        }
    }

    /// <summary>The attributes of a message by slot; null for what it does not have.</summary>
    public byte[]?[] Attributes(Case given, AttributeKeys keys, in Frame frame)
    {
        var values = new AttributeValues();
        if (!Read(given, Bind(given, keys), keys, frame, values)) throw Fail(given, "Read says that the message is malformed");
        return Copy(values, keys, given.Bytes);
    }

    public static byte[]?[] Copy(AttributeValues values, AttributeKeys keys, ReadOnlySpan<byte> message)
    {
        var copies = new byte[]?[keys.Count];
        for (var slot = 0; slot < keys.Count; slot++) copies[slot] = values.Has(slot) ? values.Get(slot, message).ToArray() : null;
        return copies;
    }

    /// <summary>The message with another id, patched; null if the codec cannot patch it.</summary>
    public byte[]? Patch(Case given, in Frame frame, ulong id)
    {
        Enter(given);
        var message = given.Bytes.AsSpan(0, frame.Length).ToArray();
        try
        {
            if (codec.TryPatchId(message, frame, id)) return message;
        }
        catch (Exception e)
        {
            throw Threw(given, $"TryPatchId({id})", e);
        }

        if (!message.AsSpan().SequenceEqual(given.Bytes.AsSpan(0, frame.Length)))
            throw Fail(given, "TryPatchId is false but changed the message");
        return null;
    }

    /// <summary>The rewritten message; null if the codec says that it cannot.</summary>
    public byte[]? Rewrite(Case given, in Frame frame, ulong id, Mutation mutation)
    {
        Enter(given);
        var message = given.Bytes.AsSpan(0, frame.Length).ToArray();
        var output = Writer();
        bool done;
        try
        {
            done = codec.Rewrite(message, frame, id, mutation, output);
        }
        catch (Exception e)
        {
            throw Threw(given, "Rewrite", e);
        }

        if (!done && output.Count > 0) throw Fail(given, $"Rewrite is false but has written {output.Count} bytes");
        return done ? output.Bytes : null;
    }

    /// <summary>Replies to a request; the bytes kept of it are a copy, as its message is long gone by then.</summary>
    public byte[] Reply(Case given, object? state, in Frame frame, ReplyReason reason, ReadOnlySpan<byte> text, out int code)
    {
        Enter(given);
        var kept = given.Bytes.AsSpan(frame.KeepOffset, Math.Min(frame.KeepLength, RequestInfo.MaxKept)).ToArray();
        var output = Writer();
        try
        {
            var request = new RequestInfo
            {
                Id = frame.Id,
                Kind = frame.Kind,
                Variant = frame.Variant,
                Memo = frame.Memo,
                Kept = kept,
                State = state,
            };
            code = codec.WriteReply(request, reason, text, output);
        }
        catch (Exception e)
        {
            throw Threw(given, $"WriteReply({reason})", e);
        }

        return output.Bytes;
    }

    public byte[] HeartbeatAnswer(Case given, in Frame frame)
    {
        Enter(given);
        var output = Writer();
        try
        {
            codec.WriteHeartbeatAnswer(given.Bytes.AsSpan(0, frame.Length), frame, output);
        }
        catch (Exception e)
        {
            throw Threw(given, "WriteHeartbeatAnswer", e);
        }

        return output.Bytes;
    }

    public StrictWriter Writer() => new(Options.MaxFrameBytes + 1024 * 1024);

    /// <summary>Whether the proxy may change the sample: requests of any kind and their answers, but no heartbeats.</summary>
    public bool CanMutate(Sample sample) => sample.Kind switch
    {
        MessageKind.Request or MessageKind.OneWay => Info.CanMutate.HasFlag(Meltemi.Codec.CanMutate.Requests),
        MessageKind.Response => Info.CanMutate.HasFlag(Meltemi.Codec.CanMutate.Responses),
        MessageKind.StreamOpen when sample.Origin == Origin.Client => Info.CanMutate.HasFlag(Meltemi.Codec.CanMutate.Requests),
        _ => false,
    };

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(byte[]? value) => value is null ? "absent" : $"'{Encoding.UTF8.GetString(value)}'";
}
