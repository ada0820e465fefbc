using System.Buffers;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Messages;

/// <summary>
/// A template as bytes, with places at which the text is put in and numbers that are written over. It can be had where every number has a fixed width, which is
/// nearly always.
/// </summary>
internal sealed class FlatTemplate
{
    private readonly List<byte> _building = [];
    private readonly List<int> _buildingTexts = [];
    private readonly List<Patch> _patches = [];
    private readonly byte[] _image;
    private readonly int[] _textsAt;
    private readonly Patch[] _numbers;
    private readonly bool _isFlat = true;

    private FlatTemplate(TemplateField[] fields, byte[] delimiter, int length, int from, int plus)
    {
        var starts = new Mark[fields.Length];
        var ends = new Mark[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            starts[i] = Here;
            if (fields[i].Pieces is { } pieces) _isFlat &= TryAdd(pieces);
            else _isFlat &= TryReserve(fields[i].Form, fields[i].Width);
            ends[i] = Here;
            _building.AddRange(fields[i].Until);
        }

        _building.AddRange(delimiter);
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].SizeOf is >= 0 and var sized) Number(starts[i], fields[i].Form, starts[sized], ends[sized], -fields[i].Plus);
            else if (i == length) Number(starts[i], fields[i].Form, from < 0 ? default : After(fields[from], ends[from]), Here, -plus);
        }

        (_image, _textsAt, _numbers) = ([.. _building], [.. _buildingTexts], [.. _patches]);
    }

    private Mark Here => new(_building.Count, _buildingTexts.Count);

    /// <summary>Null if it has numbers of variable width, or something else that hangs on what is written.</summary>
    public static FlatTemplate? Of(TemplateField[] fields, byte[] delimiter, int length, int from, int plus)
    {
        var flat = new FlatTemplate(fields, delimiter, length, from, plus);
        return flat._isFlat ? flat : null;
    }

    public void Write(in MessageValues values, IBufferWriter<byte> output)
    {
        var text = values.Text;
        var size = _image.Length + _textsAt.Length * text.Length;
        var to = output.GetSpan(size);
        int from = 0, at = 0;
        foreach (var place in _textsAt)
        {
            _image.AsSpan(from, place - from).CopyTo(to[at..]);
            at += place - from;
            text.CopyTo(to[at..]);
            at += text.Length;
            from = place;
        }

        _image.AsSpan(from).CopyTo(to[at..]);
        foreach (ref readonly var patch in _numbers.AsSpan())
        {
            var value = patch.Copy is { } copy ? copy.Of(values.Memo) : patch.IsId ? (long)values.Id : patch.Base + (long)patch.Texts * text.Length;
            NumberForms.WriteFixed(patch.Form, to[(patch.At + patch.TextsBefore * text.Length)..], value);
        }

        output.Advance(size);
    }

    private static Mark After(in TemplateField field, Mark end) => end with { At = end.At + field.Until.Length };

    private bool TryAdd(Piece[] pieces)
    {
        foreach (var piece in pieces)
        {
            switch (piece)
            {
                case LiteralPiece literal:
                    _building.AddRange(literal.Bytes);
                    break;
                case TextPiece { Forbidden.Length: 0 }:
                    _buildingTexts.Add(_building.Count);
                    break;
                case IdPiece { Form: var form } when NumberForms.Width(form) > 0:
                    _patches.Add(new(Here, form) { IsId = true });
                    TryReserve(form, 0);
                    break;
                case CopyPiece copy:
                    _patches.Add(new(Here, copy.Form) { Copy = copy });
                    TryReserve(copy.Form, 0);
                    break;
                case SizedPiece { CountsAll: 0 } sized when NumberForms.Width(sized.Form) > 0:
                    var number = Here;
                    TryReserve(sized.Form, 0);
                    var start = Here;
                    if (!TryAdd(sized.Inner)) return false;
                    Number(number, sized.Form, start, Here, 0);
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private bool TryReserve(NumberForm form, int digits)
    {
        var width = NumberForms.Width(form);
        _building.AddRange(new byte[width]);
        return width > 0 && digits == 0;
    }

    /// <summary>A number that says how much stands between two places.</summary>
    private void Number(Mark at, NumberForm form, Mark start, Mark end, int plus) =>
        _patches.Add(new(at, form) { Base = end.At - start.At + plus, Texts = end.Texts - start.Texts });

    /// <summary>A place in the bytes, and how many texts come before it.</summary>
    private readonly record struct Mark(int At, int Texts);

    private readonly struct Patch(Mark mark, NumberForm form)
    {
        public readonly int At = mark.At;
        public readonly int TextsBefore = mark.Texts;
        public readonly NumberForm Form = form;

        public int Base { get; init; }

        public int Texts { get; init; }

        public bool IsId { get; init; }

        public CopyPiece? Copy { get; init; }
    }
}
