using System.Buffers;
using System.Text;

namespace Meltemi.Proxy.Telemetry;

/// <summary>
/// UTF-8 text under construction in one array that grows and is kept. Appending allocates only while it grows. One thread.
/// </summary>
public sealed class Utf8Buffer(int capacity = 1024) : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>Bytes written. Setting it to less cuts the text there.</summary>
    public int Length { get; set; }

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>The text, for asynchronous writers; valid until the next change.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Bytes the array holds now.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Appends bytes that are UTF-8 already.</summary>
    public Utf8Buffer Append(ReadOnlySpan<byte> utf8)
    {
        if (_bytes.Length - Length < utf8.Length) Reserve(utf8.Length);
        utf8.CopyTo(_bytes.AsSpan(Length));
        Length += utf8.Length;
        return this;
    }

    /// <summary>Appends one ASCII character.</summary>
    public Utf8Buffer Append(byte ascii)
    {
        if (_bytes.Length == Length) Reserve(1);
        _bytes[Length++] = ascii;
        return this;
    }

    /// <summary>Appends text; halves of surrogate pairs become U+FFFD.</summary>
    public Utf8Buffer Append(ReadOnlySpan<char> text)
    {
        Length += Encoding.UTF8.GetBytes(text, GetSpan(text.Length * 3));
        return this;
    }

    /// <summary>Appends a decimal number.</summary>
    public Utf8Buffer Append(long number)
    {
        number.TryFormat(GetSpan(20), out var written);
        Length += written;
        return this;
    }

    /// <summary>Appends a number in the shortest form that reads back the same.</summary>
    public Utf8Buffer Append(double number)
    {
        number.TryFormat(GetSpan(32), out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
        return this;
    }

    /// <inheritdoc/>
    public void Advance(int count) => Length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsSpan(Length);
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Written);

    private void Reserve(int room)
    {
        if (_bytes.Length - Length >= room) return;
        Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(Length + room)));
    }
}
