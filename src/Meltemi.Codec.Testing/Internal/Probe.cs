namespace Meltemi.Codec.Testing;

/// <summary>Calls the codec as the proxy does, turns what it throws into failures, and checks what must hold of every answer.</summary>
internal sealed partial class Probe(string check, ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options)
{
    private Case _current = new(null, Origin.Client, []);
    private long _calls;

    public ICodec Codec => codec;

    public CodecInfo Info { get; } = codec.Info;

    public IReadOnlyList<Sample> Samples => samples;

    public ConformanceOptions Options { get; } = options ?? new();

    /// <summary>How often the codec was called; read by the thread that watches.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>What it was called with last.</summary>
    public Case Current => Volatile.Read(ref _current);

    /// <summary>Notes that the codec is about to be called.</summary>
    public void Enter(Case given)
    {
        Volatile.Write(ref _current, given);
        Volatile.Write(ref _calls, _calls + 1);
    }

    public ConformanceException Fail(Case given, string what, Exception? inner = null)
    {
        var where = given.Round < 0 ? given.Where : $"{given.Where} of seed {Options.Seed}";
        return new(check, where, what, given.Bytes, given.At, inner);
    }

    public ConformanceException Threw(Case given, string call, Exception error) =>
        error as ConformanceException ?? Fail(given, $"{call} threw {error.GetType().Name}: {error.Message}", error);

    /// <summary>A connection on which everything has happened that comes before the sample.</summary>
    public object? Open(Sample sample) => Open(sample.Origin, sample.After);

    public object? Open(Origin origin, IReadOnlyList<Sample> after)
    {
        var state = codec.NewConnectionState(origin);
        if (state is null) return null;
        foreach (var before in after)
        {
            var frame = default(Frame);
            var answer = Decode(Case.Of(before), state, MemoFor(before), ref frame);
            if (answer.Status != DecodeStatus.Complete) throw Fail(Case.Of(before), $"comes first on a connection, but {Say(answer)}");
        }

        return state;
    }

    /// <summary>The memo that the proxy holds while it reads the sample: that of the request which it answers.</summary>
    public long MemoFor(Sample sample)
    {
        if (sample.Answers is not { } request) return 0;
        var frame = default(Frame);
        return DecodeWhole(request, ref frame) is null ? frame.Memo : 0;
    }

    /// <summary>Decodes and checks what holds of every answer, whatever the bytes.</summary>
    public Decoded Decode(Case given, object? state, long memo, ref Frame frame)
    {
        Enter(given);
        frame = default;
        var bytes = given.Bytes;
        if (given.Origin == Origin.Server && Info.OrderedAnswers) frame.Memo = memo;
        Decoded answer;
        try
        {
            answer = codec.Decode(bytes, given.Origin, state, ref frame);
        }
        catch (Exception e)
        {
            throw Threw(given, "Decode", e);
        }

        switch (answer.Status)
        {
            case DecodeStatus.Complete:
                CheckFrame(given, frame);
                if (given.Origin == Origin.Server) frame.Memo = memo;
                break;
            case DecodeStatus.NeedMore:
                if (answer.Needed <= bytes.Length)
                    throw Fail(given, $"Decode asks for {answer.Needed} bytes and was given {bytes.Length}: it would be asked for ever");
                if (answer.Needed > (long)Options.MaxFrameBytes + Options.NeededSlack)
                    throw Fail(given, $"Decode asks for {answer.Needed} bytes, more than MaxFrameBytes ({Options.MaxFrameBytes})");
                break;
            case DecodeStatus.NotThisProtocol or DecodeStatus.Malformed:
                if (string.IsNullOrEmpty(answer.Reason)) throw Fail(given, $"Decode answers {answer.Status} without a reason");
                break;
            default:
                throw Fail(given, $"Decode answers {answer.Status}, which is no DecodeStatus");
        }

        return answer;
    }

    /// <summary>Decodes a sample; null if that gives what the sample promises, else what is wrong.</summary>
    public string? DecodeWhole(Sample sample, ref Frame frame) => DecodeWhole(sample, Open(sample), ref frame);

    public string? DecodeWhole(Sample sample, object? state, ref Frame frame)
    {
        var answer = Decode(Case.Of(sample), state, MemoFor(sample), ref frame);
        if (answer.Status != DecodeStatus.Complete) return Say(answer);
        if (frame.Length != sample.Bytes.Length) return $"Length is {frame.Length}, expected {sample.Bytes.Length}";
        if (frame.Kind != sample.Kind) return $"Kind is {frame.Kind}, expected {sample.Kind}";
        if (frame.Id != sample.Id) return $"Id is {frame.Id}, expected {sample.Id}";
        if (sample.Status is { } status && frame.Status != status) return $"Status is {frame.Status}, expected {status}";
        if (sample.Code is { } code && frame.Code != code) return $"Code is {frame.Code}, expected {code}";
        if (sample.Flags is { } flags && frame.Flags != flags) return $"Flags are {frame.Flags}, expected {flags}";
        if (sample.Variant is { } variant && frame.Variant != variant) return $"Variant is {frame.Variant}, expected {variant}";
        return null;
    }

    /// <summary>Decodes a sample that must be right.</summary>
    public Frame Decode(Sample sample)
    {
        var frame = default(Frame);
        return DecodeWhole(sample, ref frame) is { } problem ? throw Fail(Case.Of(sample), problem) : frame;
    }

    public static string Say(Decoded answer) => answer.Status switch
    {
        DecodeStatus.NeedMore => $"Decode asks for {answer.Needed} bytes",
        DecodeStatus.Complete => "Decode says complete",
        _ => $"Decode says {answer.Status}: {answer.Reason}",
    };

    private void CheckFrame(Case given, in Frame frame)
    {
        if (frame.Length <= 0 || frame.Length > given.Bytes.Length)
            throw Fail(given, $"Decode is complete with Length {frame.Length} of {given.Bytes.Length} bytes");
        if (!Enum.IsDefined(frame.Kind)) throw Fail(given, $"Kind {frame.Kind} is no MessageKind");
        if (!Enum.IsDefined(frame.Status)) throw Fail(given, $"Status {frame.Status} is no AnswerStatus");
        if (frame.KeepLength < 0 || frame.KeepOffset < 0 || frame.KeepLength > frame.Length - frame.KeepOffset)
            throw Fail(given, $"keeps {frame.KeepLength} bytes at {frame.KeepOffset} of a message of {frame.Length}");
        if (Info.HasIds && frame.Id > Info.MaxId) throw Fail(given, $"Id {frame.Id} is above MaxId {Info.MaxId}");
    }
}
