using System.Runtime.CompilerServices;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Codec.Declarative.Parts;

namespace Meltemi.Codec.Declarative.Decoding;

/// <summary>
/// Finds messages. Mostly the head tells all: its shape, the kind, the length and the id stand at places that were reckoned before. Where something hangs on
/// what follows the head, that is walked.
/// </summary>
internal sealed class Decoder(Plan plan)
{
    private readonly Head _head = plan.Head;
    private readonly int _maxFrameBytes = plan.MaxFrameBytes;
    private readonly bool _needsWalk = plan.NeedsWalk;
    private readonly ulong _maxId = plan.MaxId;
    private readonly bool _hasMemo = plan.Memo.Length > 0;
    private readonly StatusMap? _status = plan.Status;
    private readonly Decoded _unknownKind = Decoded.Malformed($"{plan.Name}: no kind of message is like this");
    private readonly Decoded _badLength = Decoded.Malformed($"{plan.Name}: the length is out of bounds");

    /// <inheritdoc cref="ICodec.Decode"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Decoded Decode(ReadOnlySpan<byte> bytes, Origin origin, ref Frame frame)
    {
        // 1. Is it of this protocol, and which fields has its head?
        var shape = _head.FindFast(bytes);
        if (shape is null)
        {
            shape = _head.Find(bytes, out var answer);
            if (shape is null) return answer;
        }

        // 2. What is it?
        var kinds = shape.Kinds[(int)origin];
        KindCase? kind = null;
        if (!kinds.NeedsWalk && (kind = kinds.Match(bytes)) is null) return _unknownKind;

        // 3. Is all of it there?
        frame.Mark0 = shape.Index;
        if (_needsWalk || shape.Sizes is null) return Walk(bytes, origin, shape, kind, ref frame);
        long total = shape.Size;
        foreach (ref readonly var size in shape.Sizes.AsSpan())
        {
            var value = size.Number.Read(bytes) + size.Plus;
            if (value < 0 || value > _maxFrameBytes) return _badLength;
            total += value;
        }

        if (shape.Length.IsPresent)
        {
            var value = shape.Length.Read(bytes);
            if (value < 0 || value > _maxFrameBytes) return _badLength;
            value += shape.LengthBase;
            if (value < Math.Max(total, shape.MinSize)) return _badLength;
            total = value;
        }

        if (total > _maxFrameBytes) return _badLength;
        if (bytes.Length < total) return Decoded.Need((int)total);

        // 4. The frame.
        frame.Length = (int)total;
        frame.Kind = kind!.Kind;
        frame.Flags = kind.Flags;
        if (shape.Id.IsPresent) frame.Id = (ulong)shape.Id.Read(bytes);
        if (shape.Variant.IsPresent) frame.Variant = (byte)shape.Variant.Read(bytes);
        if (frame.Kind is MessageKind.Response or >= MessageKind.StreamOpen and <= MessageKind.StreamClose && shape.Status.IsPresent)
        {
            var code = shape.Status.Read(bytes);
            frame.Code = (int)code;
            frame.Status = _status!.Of(code);
            if (frame.Status == AnswerStatus.Ok && _status.Rules.Length > 0 && !IsEmpty(bytes, shape.Looked)) return Look(bytes[..frame.Length], shape, ref frame);
        }
        else if (_hasMemo && IsAsked(origin, frame.Kind))
        {
            frame.Memo = Note(bytes, shape);
        }

        return frame.Id <= _maxId ? Decoded.Complete : Decoded.Malformed("the id is above its largest value");
    }

    /// <summary>A whole head whose constants are right, of a kind that clients begin with.</summary>
    public Recognition Recognise(ReadOnlySpan<byte> bytes)
    {
        if (_head.Find(bytes, out var answer) is not { } shape) return answer.Status == DecodeStatus.NeedMore ? Recognition.NeedMore : Recognition.No;
        var kinds = shape.Kinds[(int)Origin.Client];
        if (kinds.NeedsWalk) return Recognition.Yes;
        return kinds.Match(bytes)?.Kind is MessageKind.Request or MessageKind.OneWay or MessageKind.Heartbeat or MessageKind.StreamOpen
            ? Recognition.Yes
            : Recognition.No;
    }

    /// <summary>Whether all that the rules of the status look at is empty.</summary>
    private static bool IsEmpty(ReadOnlySpan<byte> bytes, SizeTerm[]? looked)
    {
        if (looked is null) return false;
        foreach (ref readonly var size in looked.AsSpan())
        {
            if (size.Number.Read(bytes) + size.Plus != 0) return false;
        }

        return true;
    }

    private static bool IsAsked(Origin origin, MessageKind kind) =>
        origin == Origin.Client && kind is MessageKind.Request or MessageKind.OneWay or MessageKind.StreamOpen;

    private long Note(ReadOnlySpan<byte> bytes, Shape shape)
    {
        long note = 0;
        var at = 0;
        for (var i = 0; i < plan.Memo.Length; i++)
        {
            var bits = plan.Memo[i].Bits;
            if (shape.Memo[i].IsPresent) note |= (long)((ulong)shape.Memo[i].Read(bytes) & (ulong.MaxValue >> (64 - bits))) << at;
            at += bits;
        }

        return note;
    }

    /// <summary>Applies the rules of the status, which look behind the head.</summary>
    private Decoded Look(ReadOnlySpan<byte> message, Shape shape, ref Frame frame)
    {
        Span<int> positions = stackalloc int[plan.Tail.PositionCount];
        var total = message.Length;
        if (plan.Tail.Walk(message, shape, ref total, positions, plan.Fields.Length).Status != DecodeStatus.Complete) return Decoded.Complete;
        ApplyRules(plan.Status!, new(plan.Fields, message, shape, positions), ref frame);
        return Decoded.Complete;
    }

    private void ApplyRules(StatusMap status, in MessageView view, ref Frame frame)
    {
        foreach (var rule in status.Rules)
        {
            if (rule.OnlyParts && view.TryRange(rule.When.Terms[0].Path.Field, out _, out var length) && length == 0) continue;
            if (!PartFinder.Holds(plan.Fields, rule.When.Terms, view)) continue;
            frame.Status = rule.Status;
            return;
        }
    }

    private Decoded Walk(ReadOnlySpan<byte> bytes, Origin origin, Shape shape, KindCase? kind, ref Frame frame)
    {
        // 3. Is all of it there?
        var total = -1;
        if (shape.Length.IsPresent)
        {
            var value = shape.Length.Read(bytes);
            if (value < 0 || value > _maxFrameBytes || (value += shape.LengthBase) < shape.MinSize || value > _maxFrameBytes) return _badLength;
            total = (int)value;
        }
        else if (plan.Delimiter.Length > 0)
        {
            var end = bytes.IndexOf(plan.Delimiter);
            if (end < 0) return bytes.Length < _maxFrameBytes ? Decoded.Need(bytes.Length + 1) : _badLength;
            total = end + plan.Delimiter.Length;
            if (total < shape.MinSize) return _badLength;
        }

        Span<int> positions = stackalloc int[plan.Tail.PositionCount];
        var answer = plan.Tail.Walk(bytes, shape, ref total, positions, plan.Fields.Length);
        if (answer.Status != DecodeStatus.Complete) return answer;
        if (total > _maxFrameBytes) return _badLength;

        // 4. The frame.
        var message = bytes[..total];
        frame.Length = total;
        var view = new MessageView(plan.Fields, message, shape, positions);
        kind ??= shape.Kinds[(int)origin].Match(plan.Fields, view);
        if (kind is null) return _unknownKind;
        frame.Kind = kind.Kind;
        frame.Flags = kind.Flags;
        if (!TryNumber(plan.Id, view, out var id) || !TryNumber(plan.Variant, view, out var variant))
            return Decoded.Malformed("the id or variant is broken");
        frame.Id = (ulong)id;
        frame.Variant = (byte)variant;
        if (frame.Id > plan.MaxId) return Decoded.Malformed("the id is above its largest value");
        if (frame.Kind is MessageKind.Response or >= MessageKind.StreamOpen and <= MessageKind.StreamClose && plan.Status is { } status)
        {
            var code = PartFinder.Find(plan.Fields, status.Path, view);
            if (code.Kind == FoundKind.Malformed || !TryCode(code, message, out var number)) return Decoded.Malformed("the status is broken");
            frame.Code = (int)number;
            frame.Status = code.IsThere ? status.Of(number) : AnswerStatus.Ok;
            if (frame.Status == AnswerStatus.Ok) ApplyRules(status, view, ref frame);
        }
        else if (IsAsked(origin, frame.Kind))
        {
            Keep(view, ref frame);
        }

        return Decoded.Complete;
    }

    /// <summary>Notes what the answer to a request will need of it.</summary>
    private void Keep(in MessageView view, ref Frame frame)
    {
        var at = 0;
        foreach (var (path, bits) in plan.Memo)
        {
            var found = PartFinder.Find(plan.Fields, path, view);
            if (found.Kind == FoundKind.Number) frame.Memo |= (long)((ulong)found.Number & (ulong.MaxValue >> (64 - bits))) << at;
            at += bits;
        }

        if (plan.Kept is not { } kept) return;
        var range = PartFinder.Find(plan.Fields, kept, view);
        if (range.IsThere) (frame.KeepOffset, frame.KeepLength) = (range.At, range.Length);
    }

    private bool TryNumber(FieldPath? path, in MessageView view, out long number)
    {
        number = 0;
        if (path is null) return true;
        var found = PartFinder.Find(plan.Fields, path, view);
        number = found.Number;
        return found.Kind is FoundKind.Number or FoundKind.Nothing;
    }

    /// <summary>A status is a number, or one in digits.</summary>
    private static bool TryCode(in Found found, ReadOnlySpan<byte> message, out long code)
    {
        code = found.Number;
        return found.Kind is FoundKind.Number or FoundKind.Nothing || NumberForms.TryDigits(message.Slice(found.At, found.Length), out code);
    }
}
