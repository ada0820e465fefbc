using DubboService.Hessian;

namespace DubboService;

/// <summary>A call: the body of a request, in the order of the properties.</summary>
public sealed record Invocation
{
    /// <summary>Version of the protocol that our client writes.</summary>
    private const string DubboVersion = "2.0.2";

    private const string TextDescriptor = "Ljava/lang/String;";

    public required string Interface { get; init; }

    /// <summary>Version of the interface, not of who implements it; mostly not set.</summary>
    public string ServiceVersion { get; init; } = "0.0.0";

    public required string Method { get; init; }

    public IReadOnlyList<object?> Arguments { get; init; } = [];

    /// <summary>What travels beside the arguments; the mesh can route by each.</summary>
    public IReadOnlyDictionary<string, string> Attachments { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes a call whose arguments are texts.</summary>
    internal byte[] ToBody()
    {
        var body = new HessianWriter();
        body.WriteText(DubboVersion);
        body.WriteText(Interface);
        body.WriteText(ServiceVersion);
        body.WriteText(Method);
        body.WriteText(string.Concat(Enumerable.Repeat(TextDescriptor, Arguments.Count)));
        foreach (var argument in Arguments) body.WriteText((string?)argument);
        body.WriteMap(new Dictionary<string, string>(Attachments) { ["path"] = Interface, ["interface"] = Interface });
        return body.ToArray();
    }

    internal static Invocation FromBody(ReadOnlyMemory<byte> body)
    {
        var reader = new HessianReader(body);
        reader.ReadText();
        var path = reader.ReadText() ?? "";
        var version = reader.ReadText() ?? "";
        var method = reader.ReadText() ?? "";
        var arguments = new object?[CountTypes(reader.ReadText() ?? "")];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = reader.ReadValue();
        var attachments = (reader.ReadValue() as HessianMap)?.Texts() ?? [];
        return new() { Interface = path, ServiceVersion = version, Method = method, Arguments = arguments, Attachments = attachments };
    }

    /// <summary>Arguments are as many as types: letters such as <c>I</c>, or <c>Lclass;</c>, each after a <c>[</c> per array.</summary>
    private static int CountTypes(string descriptors)
    {
        var count = 0;
        for (var i = 0; i < descriptors.Length; i++)
        {
            if (descriptors[i] == '[') continue;
            if (descriptors[i] == 'L' && (i = descriptors.IndexOf(';', i)) < 0) throw new InvalidDataException("a type is cut off");
            count++;
        }

        return count;
    }
}
