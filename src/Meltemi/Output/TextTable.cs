namespace Meltemi.Program.Output;

/// <summary>Columns for people: as wide as needed, two spaces between, no lines; a cell that says that something is wrong is red on a terminal.</summary>
internal sealed class TextTable(params string[] headers)
{
    private const string Red = "\e[31m", Green = "\e[32m", Plain = "\e[0m";
    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    public IReadOnlyList<string[]> Rows => _rows;

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output, bool colours)
    {
        var widths = headers.Select((header, i) => _rows.Aggregate(header.Length, (width, row) => Math.Max(width, row[i].Length))).ToArray();
        WriteRow(output, headers, widths, colours: false);
        foreach (var row in _rows) WriteRow(output, row, widths, colours);
    }

    private static void WriteRow(TextWriter output, string[] cells, int[] widths, bool colours)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            var colour = colours ? Colour(cells[i]) : "";
            output.Write($"{colour}{cells[i]}{(colour.Length > 0 ? Plain : "")}");
            if (i < cells.Length - 1) output.Write(new string(' ', widths[i] - cells[i].Length + 2));
        }

        output.WriteLine();
    }

    private static string Colour(string cell) => cell switch
    {
        "False" or "Refused" or "error" => Red,
        "True" or "Synced" => Green,
        _ => "",
    };
}
