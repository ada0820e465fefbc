namespace Meltemi.Codec.Testing;

/// <summary>Does with any bytes all that the proxy would do with them. Nothing may throw; what the codec then writes must decode.</summary>
internal sealed class Exercise
{
    private static readonly byte[] ReplyText = Probe.Utf8("meltemi: no route");

    private readonly Probe _probe;
    private readonly AttributeKeys[] _keys;
    private readonly AttributeReader[] _readers;
    private readonly AttributeValues _values = new();
    private readonly Mutation _mutation = new();

    public Exercise(Probe probe)
    {
        _probe = probe;
        _keys = [probe.AllKeys(Origin.Client), probe.AllKeys(Origin.Server)];
        _readers = [Bind(Origin.Client), Bind(Origin.Server)];
        for (var i = 0; i < Math.Min(_keys[0].Count, 4); i++) _mutation.Set(_keys[0].Utf8(i).ToArray(), Probe.Utf8("changed"));
        _mutation.Add(Probe.Utf8(Probe.AbsentKey), Probe.Utf8("added"));
        _mutation.Remove(_keys[0].Utf8(0).ToArray());
    }

    /// <summary>Returns the length of the first message; 0 if there is no whole one.</summary>
    public int Run(Case given, object? state, long memo)
    {
        var frame = default(Frame);
        if (_probe.Decode(given, state, memo, ref frame).Status != DecodeStatus.Complete) return 0;
        _probe.Read(given, _readers[(int)given.Origin], _keys[(int)given.Origin], frame, _values);
        if (_probe.Info.HasIds && _probe.Patch(given, frame, 1) is { } patched) Again(given, state, memo, frame, patched, "id patched");

        var side = given.Origin == Origin.Client ? CanMutate.Requests : CanMutate.Responses;
        var mutable = frame.Kind is MessageKind.Request or MessageKind.OneWay or MessageKind.StreamOpen or MessageKind.Response;
        var mutation = mutable && (_probe.Info.CanMutate & side) != 0 ? _mutation : Mutation.None;
        if (_probe.Rewrite(given, frame, frame.Id, mutation) is { } rewritten) Again(given, state, memo, frame, rewritten, "rewritten");

        if (given.Origin == Origin.Client && frame.Kind is MessageKind.Request or MessageKind.StreamOpen)
        {
            var reply = _probe.Reply(given, state, frame, ReplyReason.NoRoute, ReplyText, out _);
            if (reply.Length == 0) throw _probe.Fail(given, "WriteReply wrote nothing");
        }

        if (frame.Kind == MessageKind.Heartbeat) _probe.HeartbeatAnswer(given, frame);
        return frame.Length;
    }

    private void Again(Case given, object? state, long memo, in Frame before, byte[] bytes, string how)
    {
        // State that random bytes have moved cannot be made again.
        if (state is not null && given.Sample is null) return;
        var again = _probe.Open(given.Origin, given.Sample?.After ?? []);
        var frame = default(Frame);
        var result = given with { Bytes = bytes, How = given.How.Length > 0 ? given.How + ", " + how : how, At = -1 };
        var answer = _probe.Decode(result, again, memo, ref frame);
        if (answer.Status != DecodeStatus.Complete) throw _probe.Fail(result, Probe.Say(answer));
        if (frame.Length != bytes.Length) throw _probe.Fail(result, $"Length is {frame.Length}, {bytes.Length} bytes were written");
        if (frame.Kind != before.Kind) throw _probe.Fail(result, $"Kind is {frame.Kind}, was {before.Kind}");
    }

    private AttributeReader Bind(Origin origin) => _probe.Bind(new(null, origin, []), _keys[(int)origin]);
}
