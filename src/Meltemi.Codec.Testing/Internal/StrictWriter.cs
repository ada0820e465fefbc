using System.Buffers;

namespace Meltemi.Codec.Testing;

/// <summary>
/// Lends exactly the bytes that were asked for, filled with rubbish and new each time. So it shows when a codec writes further, counts on
/// zeros, or goes on using a span after Advance.
/// </summary>
internal sealed class StrictWriter(int limit) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _written = new();
    private byte[] _lent = [];

    public byte[] Bytes => _written.WrittenSpan.ToArray();

    public int Count => _written.WrittenCount;

    public void Advance(int count)
    {
        if ((uint)count > (uint)_lent.Length)
            throw new InvalidOperationException($"Advance({count}) after GetSpan lent {_lent.Length} bytes");
        _written.Write(_lent.AsSpan(0, count));
        _lent = [];
        if (_written.WrittenCount > limit) throw new InvalidOperationException($"more than {limit} bytes written");
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (sizeHint < 0 || sizeHint > limit) throw new InvalidOperationException($"GetSpan({sizeHint}) is out of proportion");
        _lent = new byte[Math.Max(sizeHint, 1)];
        _lent.AsSpan().Fill(0xcc);
        return _lent;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
