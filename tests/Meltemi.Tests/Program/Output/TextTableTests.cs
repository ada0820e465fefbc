using Meltemi.Program.Output;

namespace Meltemi.Tests.Program.Output;

public class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell()
    {
        var table = new TextTable("NAME", "AGE");
        table.Add("cart", "5s");
        table.Add("a-long-name", "1d");

        Assert.Equal("NAME         AGE\ncart         5s\na-long-name  1d\n", Write(table, colours: false));
    }

    [Fact]
    public void What_is_wrong_is_red_on_a_terminal_and_does_not_shift_columns()
    {
        var table = new TextTable("OK", "NAME");
        table.Add("False", "cart");

        Assert.Equal("OK     NAME\n\e[31mFalse\e[0m  cart\n", Write(table, colours: true));
    }

    private static string Write(TextTable table, bool colours)
    {
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(output, colours);
        return output.ToString();
    }
}
