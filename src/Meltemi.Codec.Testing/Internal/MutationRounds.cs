namespace Meltemi.Codec.Testing;

/// <summary>All mutations that are tried on one sample.</summary>
internal sealed class MutationRounds
{
    private static readonly byte[] LongValue = Filled(300);
    private static readonly byte[] HugeValue = Filled(70_000);

    private readonly Probe _probe;
    private readonly Sample _sample;
    private readonly Case _given;
    private readonly AttributeKeys _keys;
    private readonly Frame _frame;
    private readonly byte[]?[] _before;
    private readonly ulong _id;

    public MutationRounds(Probe probe, Sample sample)
    {
        _probe = probe;
        _sample = sample;
        _given = Case.Of(sample);
        _frame = probe.Decode(sample);
        _keys = probe.AllKeys(sample.Origin);
        _before = probe.Attributes(_given, _keys, _frame);
        _id = probe.Info.HasIds && !sample.WithoutId ? probe.Info.MaxId - 2 : sample.Id;
    }

    public void Run()
    {
        var same = Try("empty mutation", Mutation.None, _sample.Id) ?? throw _probe.Fail(_given, "Rewrite refuses an empty mutation");
        if (!same.AsSpan().SequenceEqual(_sample.Bytes))
        {
            var at = same.AsSpan().CommonPrefixLength(_sample.Bytes);
            throw _probe.Fail(_given with { Bytes = same, How = "rewritten with an empty mutation", At = at }, "the bytes differ");
        }

        foreach (var (name, value) in _sample.CanSet)
        {
            var wanted = Probe.Utf8(value);
            Must($"'{name}' set", new() { [name] = wanted }, m => m.Set(Probe.Utf8(name), wanted));
            Must($"'{name}' set twice", new() { [name] = wanted }, m =>
            {
                m.Set(Probe.Utf8(name), LongValue);
                m.Set(Probe.Utf8(name), wanted);
            });
            Must($"'{name}' added", new() { [name] = Old(name) ?? wanted }, m => m.Add(Probe.Utf8(name), wanted));
            May($"'{name}' set to a longer value", name, LongValue);
            May($"'{name}' set to a huge value", name, HugeValue);
            May($"'{name}' set to nothing", name, []);
        }

        foreach (var name in _sample.CanRemove)
        {
            Must($"'{name}' removed", new() { [name] = null }, m => m.Remove(Probe.Utf8(name)));
        }

        foreach (var name in _sample.Attributes.Keys)
        {
            May($"'{name}' set", name, Probe.Utf8("1"));
            var m = new Mutation();
            m.Remove(Probe.Utf8(name));
            Check($"'{name}' removed", m, new() { [name] = null });
        }

        Together();
        MostChanges();
        var isClient = _sample.Origin == Origin.Client;
        foreach (var name in isClient ? _probe.Info.FixedAttributes : _probe.Info.FixedResponseAttributes)
        {
            var m = new Mutation();
            m.Set(Probe.Utf8(name), "1"u8.ToArray());
            if (Try($"'{name}' set", m, _id) is not null)
                throw _probe.Fail(_given, $"'{name}' was changed, although {(isClient ? nameof(CodecInfo.FixedAttributes) : nameof(CodecInfo.FixedResponseAttributes))} says that it cannot be");
        }
    }

    /// <summary>Everything that can be set or removed, in one mutation.</summary>
    private void Together()
    {
        var expected = new Dictionary<string, byte[]?>();
        var mutation = new Mutation();
        foreach (var name in _sample.CanRemove)
        {
            mutation.Remove(Probe.Utf8(name));
            expected[name] = null;
        }

        foreach (var (name, value) in _sample.CanSet.Where(pair => !expected.ContainsKey(pair.Key)))
        {
            mutation.Set(Probe.Utf8(name), Probe.Utf8(value));
            expected[name] = Probe.Utf8(value);
        }

        if (expected.Count > 0 && !Check("all changes together", mutation, expected))
            throw _probe.Fail(_given, "Rewrite refuses all changes together, though each alone is fine");
    }

    /// <summary>As many changes as a mutation holds, which a message may refuse but not mistreat.</summary>
    private void MostChanges()
    {
        if (_sample.CanSet.Count == 0) return;
        var mutation = new Mutation();
        for (var i = 0; i < Mutation.MaxChanges; i++) mutation.Add(Probe.Utf8($"conformance-{i}"), LongValue);
        Check("a thousand attributes added", mutation, []);
    }

    private void Must(string how, Dictionary<string, byte[]?> expected, Action<Mutation> fill)
    {
        var mutation = new Mutation();
        fill(mutation);
        if (!Check(how, mutation, expected)) throw _probe.Fail(_given, $"Rewrite refuses: {how}");
    }

    private void May(string how, string name, byte[] value)
    {
        var mutation = new Mutation();
        mutation.Set(Probe.Utf8(name), value);
        Check(how, mutation, new() { [name] = value });
    }

    private bool Check(string how, Mutation mutation, Dictionary<string, byte[]?> expected)
    {
        if (Try(how, mutation, _id) is not { } bytes) return false;
        var result = _given with { Bytes = bytes, How = how };
        var frame = default(Frame);
        var answer = _probe.Decode(result, _probe.Open(_sample), _probe.MemoFor(_sample), ref frame);
        if (answer.Status != DecodeStatus.Complete) throw _probe.Fail(result, Probe.Say(answer));
        if (frame.Length != bytes.Length) throw _probe.Fail(result, $"Length is {frame.Length} of {bytes.Length} bytes written");
        if (frame.Id != _id) throw _probe.Fail(result, $"Id is {frame.Id}, expected {_id}");
        if (Frames.Difference(_frame, frame) is { } difference) throw _probe.Fail(result, difference);
        if (bytes.AsSpan().IndexOf(_sample.Body) < 0) throw _probe.Fail(result, "the body is not there any more");

        var after = _probe.Attributes(result, _keys, frame);
        for (var slot = 0; slot < _keys.Count; slot++)
        {
            var name = _sample.Follows.GetValueOrDefault(_keys[slot], _keys[slot]);
            var wanted = expected.TryGetValue(name, out var changed) ? changed : _before[slot];
            if (wanted is null != after[slot] is null || !wanted.AsSpan().SequenceEqual(after[slot]))
                throw _probe.Fail(result, $"attribute '{_keys[slot]}' is {Probe.Text(after[slot])}, expected {Probe.Text(wanted)}");
        }

        return true;
    }

    private byte[]? Try(string how, Mutation mutation, ulong id) => _probe.Rewrite(_given with { How = how }, _frame, id, mutation);

    private byte[]? Old(string name) => _before[_keys.IndexOf(name)];

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)'v');
        return bytes;
    }
}
