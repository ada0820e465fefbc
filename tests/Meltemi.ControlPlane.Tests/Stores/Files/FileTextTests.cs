using Meltemi.ControlPlane.Stores.Files;
using Meltemi.Xds.Yaml;

namespace Meltemi.ControlPlane.Tests.Stores.Files;

public class FileTextTests
{
    private const string Three = "# head\na: 1\n# after\n---\n\n# about b\nb: |\n  # text\n  x\n\n# tail of b\n--- # c\nc: 3\n...\n# end\n";

    [Theory]
    [InlineData(0, "# head\nNEW\n# after\n---\n\n# about b\nb: |\n  # text\n  x\n\n# tail of b\n--- # c\nc: 3\n...\n# end\n")]
    [InlineData(1, "# head\na: 1\n# after\n---\n\n# about b\nNEW\n\n# tail of b\n--- # c\nc: 3\n...\n# end\n")]
    [InlineData(2, "# head\na: 1\n# after\n---\n\n# about b\nb: |\n  # text\n  x\n\n# tail of b\n--- # c\nNEW\n...\n# end\n")]
    public void One_document_is_replaced_and_everything_around_it_stays(int index, string expected) =>
        Assert.Equal(expected, FileText.Replace(Three, Part(Three, index), "NEW\n"));

    [Theory]
    [InlineData(0, "---\n\n# about b\nb: |\n  # text\n  x\n\n# tail of b\n--- # c\nc: 3\n...\n# end\n")]
    [InlineData(1, "# head\na: 1\n# after\n--- # c\nc: 3\n...\n# end\n")]
    [InlineData(2, "# head\na: 1\n# after\n---\n\n# about b\nb: |\n  # text\n  x\n\n# tail of b\n...\n# end\n")]
    public void One_document_is_removed(int index, string expected) => Assert.Equal(expected, FileText.Remove(Three, Part(Three, index)));

    [Fact]
    public void Without_its_last_document_nothing_is_left_of_a_text() => Assert.Null(FileText.Remove("# c\n---\na: 1\n", Part("# c\n---\na: 1\n", 0)));

    [Theory]
    [InlineData("--- {a: 1}\n", "---\nNEW\n")]
    [InlineData("---   # c\n{a: 1}", "---   # c\nNEW\n")]
    [InlineData("\ufeffa: 1", "\ufeffNEW\n")]
    [InlineData("# c\r\na: 1\r\n", "# c\r\nNEW\r\n")]
    [InlineData("%YAML 1.2\n---\na: 1\n", "%YAML 1.2\n---\nNEW\n")]
    public void Unusual_texts_are_kept_too(string text, string expected) => Assert.Equal(expected, FileText.Replace(text, Part(text, 0), "NEW\n"));

    private static YamlPart Part(string text, int index) => YamlStream.Split(text).ElementAt(index);
}
