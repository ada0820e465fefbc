using System.Text;
using Meltemi.Codec;

namespace Meltemi.Tests.Codec;

public class AttributeKeysTests
{
    [Fact]
    public void Bytes_and_strings_find_the_same_slots()
    {
        string[] wanted = ["", "a", "user", "group", "version", "interface", "trace-id", "gr\u00fc\u00df", new string('k', 300)];
        string[] others = ["b", "uses", "useR", "xuser", "grouq", "versions", "trace-ie", "\u00fc", new string('k', 301), new string('k', 236)];
        var keys = new AttributeKeys(wanted);
        foreach (var name in wanted.Concat(others)) Assert.Equal(Array.IndexOf(wanted, name), keys.IndexOf(Encoding.UTF8.GetBytes(name)));
        foreach (var name in wanted) Assert.Equal(-1, AttributeKeys.None.IndexOf(Encoding.UTF8.GetBytes(name)));
    }
}
