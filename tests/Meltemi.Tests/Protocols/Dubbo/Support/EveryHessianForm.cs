namespace Meltemi.Tests.Protocols.Dubbo.Support;

/// <summary>Arguments in every form that Hessian 2 has.</summary>
internal static class EveryHessianForm
{
    /// <summary>Each form by name.</summary>
    public static IReadOnlyDictionary<string, Action<HessianWriter>> Values { get; } = new Dictionary<string, Action<HessianWriter>>
    {
        ["null"] = w => w.Null(),
        ["true"] = w => w.Bool(true),
        ["false"] = w => w.Bool(false),
        ["int 1 byte"] = w => w.Int(-16),
        ["int 2 bytes"] = w => w.Int(-2048),
        ["int 3 bytes"] = w => w.Int(262143),
        ["int"] = w => w.Int(int.MinValue),
        ["long 1 byte"] = w => w.Long(15),
        ["long 2 bytes"] = w => w.Long(2047),
        ["long 3 bytes"] = w => w.Long(-262144),
        ["long as int"] = w => w.Long(int.MaxValue),
        ["long"] = w => w.Long(long.MinValue),
        ["double 0"] = w => w.Double(0),
        ["double 1"] = w => w.Double(1),
        ["double of a byte"] = w => w.Double(-128),
        ["double of a short"] = w => w.Double(32767),
        ["double of mills"] = w => w.Double(12.25),
        ["double"] = w => w.FullDouble(Math.PI),
        ["date"] = w => w.DateMilliseconds(1262304000123),
        ["date in minutes"] = w => w.DateMinutes(21038400),
        ["empty text"] = w => w.Text(""),
        ["short text"] = w => w.Text(new string('z', 31)),
        ["medium text"] = w => w.Text(new string('\u00fc', 1023)),
        ["long text"] = w => w.Text(new string('\u4e16', 1024)),
        ["text in chunks"] = w => w.Chunks("a\U0001f600b\U0001f600c", 2),
        ["text with pairs in UTF-8"] = w => w.Text("a\U0001f600b\U0001f600c", properUtf8: true),
        ["huge text"] = w => w.Text(new string('y', 70000)),
        ["short binary"] = w => w.Binary(new byte[15]),
        ["medium binary"] = w => w.Binary(new byte[1023]),
        ["binary"] = w => w.Binary(new byte[1024]),
        ["binary in chunks"] = w => w.BinaryChunks(new byte[100], 7),
        ["binary with a short end"] = w => w.Raw((byte)'A', 0, 2, 1, 2).Raw(0x22, 3, 4),
        ["binary with a medium end"] = w => w.Raw((byte)'A', 0, 2, 1, 2).Raw(0x34, 2, 3, 4),
        ["short typed list"] = w => w.TypedList("[int", 2).Int(1).Int(2),
        ["typed list"] = w => w.TypedList("java.util.ArrayList", 9).Raw([.. Enumerable.Repeat((byte)0x91, 9)]),
        ["list of an earlier type"] = w => w.TypedList(0, 1).Int(1),
        ["short list"] = w => w.List(2).Int(1).List(1).Text("in"),
        ["list"] = w => w.List(9).Raw([.. Enumerable.Repeat((byte)'N', 9)]),
        ["open typed list"] = w => w.OpenList("java.util.LinkedList").Int(1).Int(2).End(),
        ["open list"] = w => w.OpenList(null).Text("Z").End(),
        ["map"] = w => w.Map().Text("a").Map().End().Int(5).List(0).End(),
        ["typed map"] = w => w.Map("java.util.TreeMap").Text("a").Int(1).End(),
        ["map of an earlier type"] = w => w.Raw((byte)'M').Int(0).Text("a").Int(1).End(),
        ["object"] = w => w.Class("a.Point", "x", "y").Object(0).Int(1).Object(0).Int(2).Null(),
        ["object in long form"] = w => w.Class("a.Empty").LongObject(1),
        ["definitions in a row"] = w => w.Class("a.B", "f").Class("a.C").Object(2).Object(3),
        ["many definitions"] = w =>
        {
            for (var i = 4; i < 40; i++) w.Class("a.C" + i, "f");
            w.Object(39).Int(1);
        },
        ["reference"] = w => w.Reference(0),
    };

    /// <summary>A request with all of them, and attachments behind.</summary>
    public static byte[] Request()
    {
        var body = DubboMessages.Head(string.Concat(Enumerable.Repeat("Ljava/lang/Object;", Values.Count)));
        foreach (var write in Values.Values) write(body);
        return DubboMessages.Request(body.TextMap(("user", "ann")));
    }
}
