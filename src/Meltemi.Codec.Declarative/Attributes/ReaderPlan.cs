using Meltemi.Codec.Declarative.Decoding;
using Meltemi.Codec.Declarative.Layouts;

namespace Meltemi.Codec.Declarative.Attributes;

/// <summary>An attribute that takes more than a copy: its slot, and what was found for it, the first counting.</summary>
internal readonly record struct SlotPlan(int Slot, AttributeSpec Spec, int[] Sources);

/// <summary>How the attributes that one configuration wants are read.</summary>
internal sealed class ReaderPlan
{
    /// <summary>Name of the attribute that every declared protocol has, unless it has one of its own of that name.</summary>
    public const string Kind = "kind";

    private readonly Plan _plan;
    private readonly AttributeKeys _keys;
    private readonly List<(FieldPath Path, Target Target)> _sources = [];

    public ReaderPlan(Plan plan, AttributeSpec[] attributes, AttributeKeys keys)
    {
        (_plan, _keys) = (plan, keys);
        var slots = new List<SlotPlan>();
        for (var slot = 0; slot < keys.Count; slot++)
        {
            var spec = attributes.FirstOrDefault(one => one.Name == keys[slot] && !one.IsAll);
            if (spec is null && keys[slot] == Kind) KindSlot = slot;
            else if (spec is null) AddParts(attributes, slot);
            else Add(spec, slot, slots);
        }

        Slots = [.. slots];
        var wanted = _sources.Where(source => source.Path.IsPart).GroupBy(source => source.Path.Field);
        Parts = [.. wanted.SelectMany(Readers).OrderBy(reader => reader.Field)];
        Paths = [.. _sources.Where(source => IsAlone(source.Path)).Select(source => new PathReader(plan.Fields, source.Path, source.Target))];
        var last = _sources.Select(source => source.Path.Field).Select(field => plan.Fields[field].IsBits ? plan.Fields[field].BitsOf : field).DefaultIfEmpty(-1).Max();
        WalkUpTo = last >= plan.HeadCount ? last + 1 : 0;
    }

    public int KindSlot { get; } = -1;

    public SlotPlan[] Slots { get; }

    public PartReader[] Parts { get; }

    public PathReader[] Paths { get; }

    /// <summary>How many things are found before slots are set.</summary>
    public int FoundCount { get; private set; }

    /// <summary>Index of the field behind the last that has to be walked to; 0: none.</summary>
    public int WalkUpTo { get; }

    public bool IsEmpty => KindSlot < 0 && _sources.Count == 0;

    private void Add(AttributeSpec spec, int slot, List<SlotPlan> slots)
    {
        // What is a text as it stands goes straight to its slot. JSON's may have escapes.
        if (spec.IsPlain && spec.From is [var only] && _plan.Fields[only.Field].Parts is not JsonFormat)
        {
            _sources.Add((only, new(slot, -1)));
            return;
        }

        var indexes = new int[spec.From.Length];
        for (var i = 0; i < indexes.Length; i++) _sources.Add((spec.From[i], new(-1, indexes[i] = FoundCount++)));
        slots.Add(new(slot, spec, indexes));
    }

    private void AddParts(AttributeSpec[] attributes, int slot)
    {
        var key = _keys.Utf8(slot).ToArray();
        foreach (var spec in attributes.Where(spec => spec.IsAll))
        {
            var path = spec.From[0] with { Key = key };
            if (_plan.Fields[path.Field].Parts is TlvFormat tlv)
            {
                if (!tlv.Tags.TryGetValue(_keys[slot], out var tag) && !ByteText.TryNumber(_keys[slot], out tag)) continue;
                path = path with { Tag = tag };
            }

            _sources.Add((path, new(slot, -1)));
        }
    }

    private bool IsAlone(FieldPath path) =>
        !path.IsPart || _plan.Fields[path.Field].Parts is JsonFormat || (_plan.Fields[path.Field].Parts is ProtobufFormat && !path.IsAll);

    private IEnumerable<PartReader> Readers(IGrouping<int, (FieldPath Path, Target Target)> wanted)
    {
        var (field, sources) = (wanted.Key, wanted.ToArray());
        switch (_plan.Fields[field].Parts)
        {
            case PairsFormat format:
                yield return PairsReader.Of(field, format, Keys(sources), Targets(sources));
                break;
            case LinesFormat format:
                yield return new LinesReader(field, format, [.. ByPart(sources).Select(part => part.First().Path.Key!)], Targets(sources));
                break;
            case TlvFormat format:
                yield return new TlvReader(field, format, [.. ByPart(sources).Select(part => part.First().Path.Tag)], Targets(sources));
                break;
            case ProtobufFormat:
                foreach (var map in sources.Where(source => source.Path.IsAll).GroupBy(source => string.Join('.', source.Path.Numbers)))
                    yield return new ProtobufMapReader(field, map.First().Path.Numbers, Keys(map), Targets(map));
                break;
        }
    }

    /// <summary>Several attributes may come from one part.</summary>
    private IEnumerable<IGrouping<string, (FieldPath Path, Target Target)>> ByPart(IEnumerable<(FieldPath Path, Target Target)> sources) =>
        sources.GroupBy(source => _plan.Fields[source.Path.Field].Parts is TlvFormat ? $"{source.Path.Tag}" : System.Text.Encoding.UTF8.GetString(source.Path.Key!));

    private AttributeKeys Keys(IEnumerable<(FieldPath Path, Target Target)> sources) => new(ByPart(sources).Select(part => part.Key));

    private Target[][] Targets(IEnumerable<(FieldPath Path, Target Target)> sources) => [.. ByPart(sources).Select(part => part.Select(source => source.Target).ToArray())];
}
