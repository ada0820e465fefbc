using System.Text;
using Meltemi.Codec.Declarative.Attributes;
using Meltemi.Codec.Declarative.Layouts;
using Meltemi.Xds.Declarative.V1;
using Meltemi.Xds.Reading;
using Attribute = Meltemi.Xds.Declarative.V1.Attribute;

namespace Meltemi.Codec.Declarative.Compiling;

/// <summary>Compiles the attributes, and checks those that have a meaning.</summary>
internal static class AttributeCompiler
{
    public static AttributeSpec[] Compile(CompileContext context)
    {
        var specs = new List<AttributeSpec>();
        for (var i = 0; i < context.Source.Attributes.Count; i++)
        {
            if (Compile(context, context.Source.Attributes[i], $"attributes[{i}]") is not { } spec) continue;
            if (!spec.IsAll && specs.Any(other => other.Name == spec.Name)) context.Error($"attributes[{i}].name", $"there are two attributes '{spec.Name}'");
            specs.Add(spec);
        }

        var isOpen = specs.Any(spec => spec.IsAll);
        Known(context.Source.InterfaceAttribute, "interface_attribute");
        Known(context.Source.MethodAttribute, "method_attribute");
        Known(context.Source.TimeoutAttribute, "timeout_attribute");
        return [.. specs];

        void Known(string name, string at)
        {
            if (name.Length == 0 || isOpen || specs.Any(spec => spec.Name == name)) return;
            context.Error(at, $"there is no attribute '{name}'{Spelling.Hint(name, specs.Select(spec => spec.Name))}");
        }
    }

    private static AttributeSpec? Compile(CompileContext context, Attribute source, string at)
    {
        var paths = source.From.Select((path, index) => PathParser.Parse(context, path, $"{at}.from[{index}]")).OfType<FieldPath>().ToArray();
        if (paths.Length == 0) return null;
        var isAll = paths[0].IsAll;
        if (isAll && (paths.Length > 1 || source.Name.Length > 0))
            context.Error(at, "with a path that ends in .* every part is an attribute of its own: it has no name, and no other path beside it");
        if (!isAll && paths.Any(path => path.IsAll)) context.Error(at, "a path that ends in .* stands alone");
        if (!isAll && source.Name.Length == 0)
        {
            context.Error($"{at}.name", "the attribute needs a name");
            return null;
        }

        if (!ByteText.TryParse(source.Before, out var before)) context.Error($"{at}.before", "no hexadecimal digits after hex:");
        var numbers = new Dictionary<long, byte[]>();
        foreach (var (value, name) in source.Names)
        {
            if (ByteText.TryNumber(value, out var number)) numbers[number] = Encoding.UTF8.GetBytes(name);
        }

        return new()
        {
            Name = source.Name,
            Utf8 = Encoding.UTF8.GetBytes(source.Name),
            From = paths,
            Type = source.Type,
            NumberNames = numbers,
            TextNames = [.. source.Names.Select(pair => (Encoding.UTF8.GetBytes(pair.Key), Encoding.UTF8.GetBytes(pair.Value)))],
            Before = before,
            Above = source.HasAbove ? source.Above : null,
            ReadOnly = source.ReadOnly,
            LittleEndian = context.Source.ByteOrder == ByteOrder.LittleEndian,
        };
    }
}
