using System.Globalization;
using System.Net;
using System.Text;

namespace Tricks.MLNet.Experiments.Report;

/// <summary>A drawing in axes, as SVG text that stands in an HTML page.</summary>
/// <param name="width">Pixels, margins included.</param>
/// <param name="height">Pixels, margins included.</param>
/// <param name="x">Values at the left and right edge.</param>
/// <param name="y">Values at the bottom and top edge.</param>
/// <param name="left">Pixels for labels left of the axes.</param>
internal sealed class SvgCanvas(double width, double height, (double Low, double High) x, (double Low, double High) y, double left = 56)
{
    private const double Top = 14;
    private const double Right = 14;
    private const double Bottom = 38;
    private readonly StringBuilder _svg = new();

    /// <summary>A colour for each of up to ten things; more begin again.</summary>
    public static string Color(int index) => Palette[index % Palette.Length];

    private static readonly string[] Palette =
        ["#1f6feb", "#d1570c", "#1a7f37", "#a40e6a", "#7a5d00", "#0a8a8a", "#8250df", "#cf222e", "#57606a", "#4d2d00"];

    public void Line(double x1, double y1, double x2, double y2, string color, double thickness = 1, string dashes = "") =>
        Add($"<line x1='{X(x1):f1}' y1='{Y(y1):f1}' x2='{X(x2):f1}' y2='{Y(y2):f1}' stroke='{color}' stroke-width='{thickness}' stroke-dasharray='{dashes}'/>");

    public void Path(IEnumerable<(double X, double Y)> points, string color) =>
        Add($"<polyline fill='none' stroke='{color}' stroke-width='1.8' points='{string.Join(' ', points.Where(p => double.IsFinite(p.Y)).Select(p => FormattableString.Invariant($"{X(p.X):f1},{Y(p.Y):f1}")))}'/>");

    public void Dot(double atX, double atY, string color, string tip, double radius = 3.5) =>
        Add($"<circle cx='{X(atX):f1}' cy='{Y(atY):f1}' r='{radius}' fill='{color}' fill-opacity='0.75'><title>{WebUtility.HtmlEncode(tip)}</title></circle>");

    public void Bar(double fromX, double toX, double toY, string color, string tip) =>
        Add($"<rect x='{X(fromX):f1}' y='{Y(toY):f1}' width='{Math.Max(0, X(toX) - X(fromX) - 1):f1}' height='{Math.Max(0, Y(y.Low) - Y(toY)):f1}' fill='{color}'><title>{WebUtility.HtmlEncode(tip)}</title></rect>");

    /// <summary>Text left of the axes at a value of y.</summary>
    public void RowLabel(double atY, string text) =>
        Add($"<text x='{left - 8:f1}' y='{Y(atY) + 4:f1}' text-anchor='end'>{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>Grid lines with their values below the axes.</summary>
    /// <param name="title">Below them.</param>
    /// <param name="text">Of a value.</param>
    /// <param name="leastStep">Between two lines: 1 where there is nothing between whole numbers.</param>
    public void XAxis(string title, Func<double, string> text, double leastStep = 0)
    {
        foreach (var tick in Ticks(x, leastStep))
        {
            Add($"<line x1='{X(tick):f1}' y1='{Y(y.Low):f1}' x2='{X(tick):f1}' y2='{Y(y.High):f1}' class='grid'/>");
            Add($"<text x='{X(tick):f1}' y='{Y(y.Low) + 15:f1}' text-anchor='middle'>{text(tick)}</text>");
        }

        Add($"<text x='{(left + width - Right) / 2:f1}' y='{height - 5:f1}' text-anchor='middle' class='axis'>{WebUtility.HtmlEncode(title)}</text>");
    }

    /// <summary>Grid lines with their values left of the axes.</summary>
    public void YAxis(Func<double, string> text)
    {
        foreach (var tick in Ticks(y, leastStep: 0))
        {
            Add($"<line x1='{X(x.Low):f1}' y1='{Y(tick):f1}' x2='{X(x.High):f1}' y2='{Y(tick):f1}' class='grid'/>");
            Add($"<text x='{left - 6:f1}' y='{Y(tick) + 4:f1}' text-anchor='end'>{text(tick)}</text>");
        }
    }

    /// <param name="label">What a reader who cannot see it is told.</param>
    public string Close(string label) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg viewBox='0 0 {width:f0} {height:f0}' width='{width:f0}' height='{height:f0}' role='img' aria-label='{WebUtility.HtmlEncode(label)}'>{_svg}</svg>");

    private double X(double value) => left + ((value - x.Low) / (x.High - x.Low) * (width - left - Right));

    private double Y(double value) => height - Bottom - ((value - y.Low) / (y.High - y.Low) * (height - Top - Bottom));

    private void Add(FormattableString svg) => _svg.Append(FormattableString.Invariant(svg));

    /// <summary>Round numbers of the form 1, 2 or 5 times a power of ten, four to eight of them.</summary>
    private static IEnumerable<double> Ticks((double Low, double High) range, double leastStep)
    {
        var span = range.High - range.Low;
        var power = Math.Pow(10, Math.Floor(Math.Log10(span / 4)));
        var step = span / power >= 35 ? 10 * power : span / power >= 17.5 ? 5 * power : span / power >= 7 ? 2 * power : power;
        step = Math.Max(step, leastStep);
        for (var tick = Math.Ceiling(range.Low / step); tick * step <= range.High + (1e-9 * span); tick++)
            yield return (tick * step) + 0.0; // -0 + 0 is 0
    }
}
