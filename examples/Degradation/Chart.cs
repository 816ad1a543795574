using System.Text;

/// <summary>A named curve: value i belongs to position i + 1.</summary>
internal sealed record Line(string Name, string Color, double[] Values);

/// <summary>Curves with their axes. Curves of different lengths are stretched to the same width.</summary>
internal sealed record Panel(string Title, string Horizontal, string Vertical, bool Logarithmic, IReadOnlyList<Line> Lines);

/// <summary>Line charts side by side, as an SVG file.</summary>
internal static class Chart
{
    private const int Width = 380, Height = 330, Left = 70, Right = 20, Top = 40, Bottom = 50;

    public static void Write(string path, params Panel[] panels)
    {
        var svg = new StringBuilder();
        svg.Append(Text($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width * panels.Length} {Height + 30}' font-family='sans-serif' font-size='12'>\n"));
        svg.Append("<rect width='100%' height='100%' fill='white'/>\n");
        for (var i = 0; i < panels.Length; i++)
        {
            svg.Append(Text($"<g transform='translate({i * Width},0)'>\n"));
            Draw(svg, panels[i]);
            svg.Append("</g>\n");
        }

        var legend = panels[0].Lines.Select((line, i) => Text($"<text x='{Left + (110 * i)}' y='{Height + 20}' fill='{line.Color}' font-weight='bold'>{line.Name}</text>\n"));
        File.WriteAllText(path, svg.AppendJoin("", legend).Append("</svg>\n").ToString());
    }

    private static void Draw(StringBuilder svg, Panel panel)
    {
        double Scale(double value) => panel.Logarithmic ? Math.Log10(value) : value;
        var all = panel.Lines.SelectMany(line => line.Values).Select(Scale).ToList();
        var (low, high) = panel.Logarithmic ? (Math.Floor(all.Min()), Math.Ceiling(all.Max())) : (0, all.Max() * 1.05);
        double X(int i, int count) => Left + ((Width - Left - Right) * (count > 1 ? (double)i / (count - 1) : 0.5));
        double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (value - low) / (high - low));

        svg.Append(Text($"<text x='{Left}' y='22' font-size='14'>{panel.Title}</text>\n"));
        svg.Append(Text($"<text x='{Left + ((Width - Left - Right) / 2)}' y='{Height - 12}' text-anchor='middle'>{panel.Horizontal}</text>\n"));
        svg.Append(Text($"<text transform='translate(14,{(Height - Bottom + Top) / 2}) rotate(-90)' text-anchor='middle'>{panel.Vertical}</text>\n"));
        var ticks = panel.Logarithmic ? (int)(high - low) : 4;
        for (var i = 0; i <= ticks; i++)
        {
            var value = low + ((high - low) * i / ticks);
            var label = panel.Logarithmic ? Text($"1e{value:f0}") : Text($"{value:f2}");
            svg.Append(Text($"<line x1='{Left}' x2='{Width - Right}' y1='{Y(value):f1}' y2='{Y(value):f1}' stroke='#dddddd'/>"));
            svg.Append(Text($"<text x='{Left - 6}' y='{Y(value) + 4:f1}' text-anchor='end'>{label}</text>\n"));
        }

        var longest = panel.Lines.Max(line => line.Values.Length);
        foreach (var (position, anchor) in new[] { (1, "start"), (longest, "end") })
            svg.Append(Text($"<text x='{X(position - 1, longest):f1}' y='{Height - Bottom + 16}' text-anchor='{anchor}'>{(position == 1 ? "first" : "last")}</text>\n"));
        foreach (var line in panel.Lines)
        {
            var points = line.Values.Select((value, i) => Text($"{X(i, line.Values.Length):f1},{Y(Scale(value)):f1}"));
            svg.Append(Text($"<polyline fill='none' stroke='{line.Color}' stroke-width='2' points='{string.Join(' ', points)}'/>\n"));
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
