using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Attributes;

/// <summary>Reads the wanted attributes: one pass over each field that has parts which are wanted, one look at each place of the others.</summary>
internal sealed class DeclaredReader(Plan plan, ReaderPlan wanted) : AttributeReader
{
    private const int MaxOnStack = 32;

    [ThreadStatic]
    private static Found[]? _manyFound;

    private readonly Shape[] _shapes = plan.Head.Shapes;

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> message, in Frame frame, AttributeValues values)
    {
        if (wanted.IsEmpty || frame.Kind is MessageKind.Heartbeat or MessageKind.HeartbeatAnswer or MessageKind.GoAway) return true;
        if (wanted.KindSlot >= 0) SetKind(frame.Kind, values);
        message = message[..frame.Length];
        Span<int> positions = stackalloc int[wanted.WalkUpTo == 0 ? 0 : plan.Tail.PositionCount];
        var total = message.Length;
        var shape = _shapes[frame.Mark0];
        if (wanted.WalkUpTo > 0 && plan.Tail.Walk(message, shape, ref total, positions, wanted.WalkUpTo).Status != DecodeStatus.Complete) return false;
        var view = new MessageView(plan.Fields, message, shape, positions);

        Span<Found> onStack = stackalloc Found[wanted.FoundCount <= MaxOnStack ? wanted.FoundCount : 0];
        var found = wanted.FoundCount <= MaxOnStack ? onStack : Many(wanted.FoundCount);
        foreach (var reader in wanted.Parts)
        {
            if (view.TryRange(reader.Field, out var at, out var length) && !reader.Read(message, at, length, values, found)) return false;
        }

        foreach (var reader in wanted.Paths)
        {
            if (!reader.Read(view, values, found)) return false;
        }

        foreach (ref readonly var slot in wanted.Slots.AsSpan())
        {
            foreach (var source in slot.Sources)
            {
                if (!found[source].IsThere) continue;
                AttributeSetter.Set(slot.Spec, found[source], message, slot.Slot, values);
                break;
            }
        }

        return true;
    }

    private static Span<Found> Many(int count)
    {
        if (_manyFound is null || _manyFound.Length < count) _manyFound = new Found[count];
        var found = _manyFound.AsSpan(0, count);
        found.Clear();
        return found;
    }

    private void SetKind(MessageKind kind, AttributeValues values)
    {
        var name = kind switch
        {
            MessageKind.Request => "request"u8,
            MessageKind.OneWay => "oneway"u8,
            MessageKind.Response => "response"u8,
            MessageKind.StreamOpen or MessageKind.StreamData or MessageKind.StreamClose => "stream"u8,
            _ => default,
        };
        if (!name.IsEmpty) values.SetCopy(wanted.KindSlot, name);
    }
}
