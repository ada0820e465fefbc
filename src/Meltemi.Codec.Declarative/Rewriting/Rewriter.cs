using System.Buffers;
using System.Buffers.Binary;
using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Rewriting;

/// <summary>
/// Writes messages with another id and changed attributes: field by field, and then the sizes and the length that these changed.
/// <para>It says no to attributes that cannot be changed, to fields that are broken, and to sizes above what their numbers or the limit of frames allow.</para>
/// </summary>
internal sealed class Rewriter
{
    private readonly Plan _plan;
    private readonly MutationRouter _router;
    private readonly bool _idIsFixed;
    private readonly Dictionary<int, int[]> _mapOf;
    private readonly Shape[] _shapes;
    private readonly ulong _maxId;

    /// <param name="maps">Of mutable protobuf fields: the path of the map in them.</param>
    public Rewriter(Plan plan, MutationRouter router, Dictionary<int, int[]> maps)
    {
        (_plan, _router, _mapOf, _shapes, _maxId) = (plan, router, maps, plan.Head.Shapes, plan.MaxId);
        _idIsFixed = plan.Id is { IsPart: false } id && NumberForms.Width(plan.Fields[id.Field].Form) > 0;
    }

    public bool CanChange => _router.CanChange;

    /// <inheritdoc cref="MutationRouter.Fixed"/>
    public IReadOnlyList<string> Fixed => _router.Fixed;

    /// <inheritdoc cref="ICodec.TryPatchId"/>
    public bool TryPatchId(Span<byte> message, in Frame frame, ulong id)
    {
        if (!_idIsFixed || id > _maxId) return false;
        var shape = _shapes[frame.Mark0];
        if (shape.Id.IsPresent)
        {
            if (shape.Id.Form == NumberForm.U32) BinaryPrimitives.WriteUInt32BigEndian(message[shape.Id.At..], (uint)id);
            else NumberForms.WriteFixed(shape.Id.Form, message[shape.Id.At..], (long)id);
            return true;
        }

        return TryPatchBehindHead(message, frame, shape, id);
    }

    private bool TryPatchBehindHead(Span<byte> message, in Frame frame, Shape shape, ulong id)
    {

        var field = _plan.Fields[_plan.Id!.Field];
        Span<int> positions = stackalloc int[_plan.Tail.PositionCount];
        var total = frame.Length;
        if (field.Index < _plan.HeadCount) return true;
        if (_plan.Tail.Walk(message[..total], shape, ref total, positions, field.Index + 1).Status != DecodeStatus.Complete) return false;
        var view = new MessageView(_plan.Fields, message[..total], shape, positions);
        if (view.TryRange(field.Index, out var at, out _)) NumberForms.WriteFixed(field.Form, message[at..], (long)id);
        return true;
    }

    /// <inheritdoc cref="ICodec.Rewrite"/>
    public bool Rewrite(ReadOnlySpan<byte> message, in Frame frame, ulong id, Mutation mutation, IBufferWriter<byte> output)
    {
        if (id > _plan.MaxId) return false;
        message = message[..frame.Length];
        ChangeSet? changes = null;
        if (!mutation.IsEmpty && !(changes = ChangeSet.Own).Set(_router, mutation)) return false;

        // 1. Where things stand.
        var shape = _plan.Head.Shapes[frame.Mark0];
        Span<int> positions = stackalloc int[_plan.Tail.PositionCount];
        var total = message.Length;
        if (positions.Length > 0 && _plan.Tail.Walk(message, shape, ref total, positions, _plan.Fields.Length).Status != DecodeStatus.Complete) return false;
        var view = new MessageView(_plan.Fields, message, shape, positions);

        // 2. The fields, one after the other.
        const int MaxId = NumberForms.MaxDigits + NumberForms.MaxVarint;
        var room = message.Length + mutation.TotalBytes + PartWriters.Overhead * mutation.Count + MaxId + NumberForms.MaxVarint * _plan.Fields.Length;
        scoped var writer = new ByteWriter(output.GetSpan(room));
        writer.Write(message[..shape.Size]);
        if (shape.Id.IsPresent) NumberForms.WriteFixed(shape.Id.Form, writer.Written[shape.Id.At..], (long)id);
        Span<int> written = stackalloc int[positions.Length];
        var at = shape.Size;
        for (var i = _plan.HeadCount; i < _plan.Fields.Length; i++)
        {
            var field = _plan.Fields[i];
            if (field.IsBits) continue;
            if (!view.TryRange(i, out var start, out var length))
            {
                // What is not there has no place to be put.
                if (changes?.Of(i) is { } lost && !FieldWriter.IsDoneWithout(lost)) return false;
                continue;
            }

            ref var position = ref written[2 * (i - _plan.HeadCount)];
            position = writer.Length;
            if (!TryField(field, view, start, length, id, changes?.Of(i), ref writer)) return false;
            written[2 * (i - _plan.HeadCount) + 1] = writer.Length - position;
            at = start + length + field.Until.Length;
            writer.Write(message.Slice(start + length, field.Until.Length));
        }

        writer.Write(message[at..]);

        // 3. The fields of the head that change, then sizes and length.
        if (changes is not null && !TryHead(shape, changes, writer.Written)) return false;
        if (!SizeFixer.TryFix(_plan, view, written, ref writer)) return false;
        if (writer.Length > _plan.MaxFrameBytes && writer.Length > message.Length) return false;
        output.Advance(writer.Length);
        return true;
    }

    private bool TryField(LayoutField field, in MessageView view, int at, int length, ulong id, Mutation? changes, ref ByteWriter writer)
    {
        var bytes = view.Bytes.Slice(at, length);
        var isId = _plan.Id?.Field == field.Index;
        if (isId && !_plan.Id!.IsPart)
        {
            writer.Write(field.Form, (long)id);
            return changes is null;
        }

        if (isId) return TryFieldWithId(field, view.Bytes, at, length, id, changes, ref writer);
        if (changes is null) writer.Write(bytes);
        else if (field.Parts is { } format) return TryParts(field, format, view.Bytes, at, length, changes, ref writer);
        else return FieldWriter.TryWrite(field, bytes, changes, _plan.Delimiter, ref writer);
        return true;
    }

    /// <summary>First the id, then the other changes of the same field.</summary>
    private bool TryFieldWithId(LayoutField field, ReadOnlySpan<byte> message, int at, int length, ulong id, Mutation? changes, ref ByteWriter writer)
    {
        var start = writer.Length;
        if (!TryId(_plan.Id!.Numbers, message, at, length, id, ref writer)) return false;
        if (changes is null) return true;
        var size = writer.Length - start;
        var copy = ArrayPool<byte>.Shared.Rent(size);
        writer.Written[start..].CopyTo(copy);
        writer.Length = start;
        var ok = TryParts(field, field.Parts!, copy, 0, size, changes, ref writer);
        ArrayPool<byte>.Shared.Return(copy);
        return ok;
    }

    private bool TryParts(LayoutField field, PartFormat format, ReadOnlySpan<byte> message, int at, int length, Mutation changes, ref ByteWriter writer)
    {
        var start = writer.Length;
        if (!PartWriters.Write(format, _mapOf.GetValueOrDefault(field.Index) ?? [], message, at, length, changes, ref writer)) return false;
        if (format is LinesFormat { End: var end } && field.Until.AsSpan().StartsWith(end) && writer.Written[start..].EndsWith(end)) writer.Length -= end.Length;
        var written = writer.Written[start..];
        if (field.Until.Length > 0 && written.IndexOf(field.Until) >= 0) return false;
        return _plan.Delimiter.Length == 0 || written.IndexOf(_plan.Delimiter) < 0;
    }

    /// <summary>Writes a protobuf message with another id, at the top or in a message within. One that is not there was 0 and is added.</summary>
    private static bool TryId(ReadOnlySpan<int> path, ReadOnlySpan<byte> message, int at, int length, ulong id, ref ByteWriter writer)
    {
        var isThere = false;
        var walk = new ProtobufWalk(message, at, length);
        while (walk.Next())
        {
            isThere |= walk.FieldNumber == path[0];
            if (walk.FieldNumber != path[0])
            {
                writer.Write(message[walk.Start..walk.End]);
                continue;
            }

            if (path.Length == 1 && walk.WireType != ProtobufWalk.Bytes)
            {
                var tag = walk.WireType == ProtobufWalk.Varint ? walk.ValueAt - walk.Start : 0;
                if (tag == 0) return false;
                writer.Write(message.Slice(walk.Start, tag));
                writer.Write(NumberForm.Varint, (long)id);
                continue;
            }

            if (path.Length == 1 || walk.WireType != ProtobufWalk.Bytes) return false;
            var inner = new ByteWriter(writer.All[(writer.Length + 2 * NumberForms.MaxVarint)..]);
            if (!TryId(path[1..], message, walk.ValueAt, walk.ValueLength, id, ref inner)) return false;
            writer.Write(NumberForm.Varint, (long)walk.FieldNumber << 3 | ProtobufWalk.Bytes);
            writer.Write(NumberForm.Varint, inner.Length);
            writer.Write(inner.Written);
        }

        if (isThere || id == 0 || walk.Malformed) return !walk.Malformed;
        if (path.Length > 1) return false;
        writer.Write(NumberForm.Varint, (long)path[0] << 3 | ProtobufWalk.Varint);
        writer.Write(NumberForm.Varint, (long)id);
        return true;
    }

    private bool TryHead(Shape shape, ChangeSet changes, Span<byte> written)
    {
        for (var i = 0; i < _plan.HeadCount; i++)
        {
            if (changes.Of(i) is not { } mutation) continue;
            if (shape.Offsets[i] < 0 && FieldWriter.IsDoneWithout(mutation)) continue;
            if (shape.Offsets[i] < 0 || !FieldWriter.TryWriteFixed(_plan.Fields[i], mutation, written.Slice(shape.Offsets[i], _plan.Fields[i].FixedSize))) return false;
        }

        return true;
    }
}
