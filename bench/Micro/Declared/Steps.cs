using System.Buffers;
using System.Text;
using Meltemi.Codec;

namespace Meltemi.Bench.Micro.Declared;

/// <summary>What the proxy does with a request and its answer, one step each.</summary>
internal sealed class Steps
{
    private readonly ICodec _codec;
    private readonly byte[] _request;
    private readonly byte[] _answer;
    private readonly AttributeKeys _keys;
    private readonly AttributeReader _reader;
    private readonly AttributeValues _values = new();
    private readonly Mutation _mutation = new();
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly Frame _frame;

    public Steps(ICodec codec, byte[] request, byte[] answer, string[] keys)
    {
        (_codec, _request, _answer, _keys) = (codec, request, answer, new(keys));
        _reader = codec.Bind(_keys, Origin.Client);
        _mutation.Set("user"u8.ToArray(), "somebody else"u8.ToArray());
        _mutation.Set("x-lane"u8.ToArray(), "canary"u8.ToArray());
        if (codec.Decode(request, Origin.Client, null, ref _frame).Status != DecodeStatus.Complete) throw new InvalidOperationException("the request does not decode");
    }

    /// <summary>A request and an answer.</summary>
    public int Decode(int rounds)
    {
        var sum = 0;
        for (var i = 0; i < rounds; i++)
        {
            Frame request = default, answer = default;
            _codec.Decode(_request, Origin.Client, null, ref request);
            _codec.Decode(_answer, Origin.Server, null, ref answer);
            sum += request.Length + answer.Length + (int)request.Kind + (int)answer.Status;
        }

        return sum;
    }

    /// <summary>Four attributes of a request: service, method, a header and the time-out.</summary>
    public int Read(int rounds)
    {
        var found = 0;
        for (var i = 0; i < rounds; i++)
        {
            _values.Reset(_keys);
            _reader.Read(_request, _frame, _values);
            for (var slot = 0; slot < _keys.Count; slot++) found += _values.Has(slot) ? 1 : 0;
        }

        return found;
    }

    public int Patch(int rounds)
    {
        var patched = 0;
        for (var i = 0; i < rounds; i++) patched += _codec.TryPatchId(_request, _frame, (ulong)i) ? 1 : 0;
        _codec.TryPatchId(_request, _frame, _frame.Id);
        return patched;
    }

    /// <summary>One header changed and one added.</summary>
    public int Rewrite(int rounds)
    {
        var bytes = 0;
        for (var i = 0; i < rounds; i++)
        {
            _output.ResetWrittenCount();
            _codec.Rewrite(_request, _frame, 99, _mutation, _output);
            bytes += _output.WrittenCount;
        }

        return bytes;
    }

    public int Reply(int rounds)
    {
        var bytes = 0;
        for (var i = 0; i < rounds; i++)
        {
            _output.ResetWrittenCount();
            _codec.WriteReply(new() { Id = 7, Kind = _frame.Kind, Variant = _frame.Variant, Memo = _frame.Memo }, ReplyReason.NoHealthyEndpoint, "no healthy endpoint"u8, _output);
            bytes += _output.WrittenCount;
        }

        return bytes;
    }

    /// <summary>Throws if the other codec does not do the same.</summary>
    public void CheckSame(Steps other)
    {
        Same("decode", Decode(1), other.Decode(1));
        Same("read", Values(), other.Values());
        Same("patch", Patch(1), other.Patch(1));
        Rewrite(1);
        other.Rewrite(1);
        Same("rewrite", Convert.ToHexString(_output.WrittenSpan), Convert.ToHexString(other._output.WrittenSpan));
        Reply(1);
        other.Reply(1);
        Same("reply", Convert.ToHexString(_output.WrittenSpan), Convert.ToHexString(other._output.WrittenSpan));
    }

    private string Values()
    {
        if (Read(1) != _keys.Count) throw new InvalidOperationException("attributes are missing");
        return string.Join(';', Enumerable.Range(0, _keys.Count).Select(slot => Encoding.UTF8.GetString(_values.Get(slot, _request))));
    }

    private static void Same<T>(string what, T code, T declared)
    {
        if (!EqualityComparer<T>.Default.Equals(code, declared)) throw new InvalidOperationException($"{what}: {code} in code, {declared} declared");
    }
}
