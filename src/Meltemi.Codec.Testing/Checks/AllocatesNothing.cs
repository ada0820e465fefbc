using System.Buffers;

namespace Meltemi.Codec.Testing;

public static partial class CodecConformance
{
    private const int WarmUpRounds = 200;

    /// <summary>Decoding, reading all attributes, patching the id and rewriting allocate nothing once buffers have their size.</summary>
    public static void AllocatesNothing(ICodec codec, IReadOnlyList<Sample> samples, ConformanceOptions? options = null) =>
        Run(nameof(AllocatesNothing), codec, samples, options, AllocatesNothing);

    private static void AllocatesNothing(Probe probe)
    {
        foreach (var sample in probe.Samples) new SteadyState(probe, sample).Run(WarmUpRounds, probe.Options.SteadyRounds);
    }

    /// <summary>The proxy's work on one message, over and over.</summary>
    private sealed class SteadyState
    {
        private static readonly string[] Steps = ["Decode", "Read", "TryPatchId", "Rewrite"];

        private readonly Probe _probe;
        private readonly Sample _sample;
        private readonly AttributeKeys _keys;
        private readonly AttributeReader _reader;
        private readonly AttributeValues _values = new();
        private readonly Mutation _mutation = new();
        private readonly ArrayBufferWriter<byte> _output = new(4096);
        private readonly Case _given;
        private readonly byte[] _message;
        private readonly long[] _allocated = new long[Steps.Length];

        public SteadyState(Probe probe, Sample sample)
        {
            _probe = probe;
            _sample = sample;
            _given = Case.Of(sample);
            _message = sample.Bytes.ToArray();
            _keys = probe.AllKeys(sample.Origin);
            _reader = probe.Bind(Case.Of(sample), _keys);
            if (!probe.CanMutate(sample)) return;
            foreach (var (name, value) in sample.CanSet) _mutation.Set(Probe.Utf8(name), Probe.Utf8(value));
        }

        public void Run(int warmUp, int rounds)
        {
            var memo = _probe.MemoFor(_sample);
            var state = _probe.Open(_sample);
            var frame = default(Frame);
            var problem = _probe.DecodeWhole(_sample, state, ref frame) ?? _probe.DecodeWhole(_sample, state, ref frame);
            var reusable = state is null || problem is null;
            for (var round = -warmUp; round < rounds; round++)
            {
                if (round == 0) _allocated.AsSpan().Clear();
                if (!reusable) state = _probe.Open(_sample);
                Round(state, memo);
            }

            for (var step = 0; step < Steps.Length; step++)
            {
                // The runtime itself may allocate once, when it recompiles a method; a codec that allocates does so in every round.
                if (_allocated[step] < rounds) continue;
                throw _probe.Fail(Case.Of(_sample), $"{Steps[step]} allocates {(double)_allocated[step] / rounds:0.#} bytes per message");
            }
        }

        private void Round(object? state, long memo)
        {
            _probe.Enter(_given);
            var codec = _probe.Codec;
            var frame = default(Frame);
            if (_sample.Origin == Origin.Server && _probe.Info.OrderedAnswers) frame.Memo = memo;
            var start = GC.GetAllocatedBytesForCurrentThread();
            codec.Decode(_message, _sample.Origin, state, ref frame);
            start = Count(0, start);
            if (_sample.Origin == Origin.Server) frame.Memo = memo;

            _values.Reset(_keys);
            start = GC.GetAllocatedBytesForCurrentThread();
            _reader.Read(_message, frame, _values);
            start = Count(1, start);
            if (_probe.Info.HasIds) codec.TryPatchId(_message, frame, frame.Id);
            start = Count(2, start);
            codec.Rewrite(_message, frame, frame.Id, _mutation, _output);
            Count(3, start);
            _output.ResetWrittenCount();
        }

        private long Count(int step, long start)
        {
            var now = GC.GetAllocatedBytesForCurrentThread();
            _allocated[step] += now - start;
            return now;
        }
    }
}
