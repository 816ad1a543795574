using System.Globalization;
using System.Net;
using System.Text;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.SelfSupervised;

/// <summary>A map of images by their features: the two directions of largest variance (PCA), with thumbnails.</summary>
public static class EmbeddingMap
{
    private const int Side = 960;
    private const int Thumbnail = 28;

    /// <summary>The two principal components of features: (Count, 2), row by row, with the share of the variance that they hold.</summary>
    /// <remarks>Of each component the largest weight is positive, so that equal features give equal maps.</remarks>
    /// <param name="features">At least two rows of at least two features.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public static (double[] Points, double VarianceShare) Project(ImageFeatures features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count < 2 || features.Dimensions < 2)
            throw new ArgumentException($"A map needs at least two rows of two features; there are {features.Count} of {features.Dimensions}.", nameof(features));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var h = features.ToTensor().to(ScalarType.Float64);
        h -= h.mean([0], keepdim: true);
        var (values, vectors) = linalg.eigh(h.t().matmul(h));               // rising; eigenvectors are columns
        var axes = vectors.narrow(1, features.Dimensions - 2, 2).flip(1);   // (D, 2), the largest first
        var largest = axes.gather(0, axes.abs().argmax(0).unsqueeze(0));    // (1, 2)
        var points = h.matmul(axes * largest.sign());
        var share = values.narrow(0, features.Dimensions - 2, 2).sum().item<double>() / Math.Max(values.sum().item<double>(), double.Epsilon);
        return (points.contiguous().data<double>().ToArray(), share);
    }

    /// <summary>Writes the map as one HTML file without anything external; pointing at a thumbnail shows its class.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="features">Of the images to show; some hundreds are readable.</param>
    /// <param name="imageAt">The image of a row.</param>
    /// <param name="classNames">The name of each class; it colours the frames.</param>
    /// <param name="title">The heading.</param>
    public static void SaveHtml(
        string path, ImageFeatures features, Func<int, ImagePixels> imageAt, IReadOnlyList<string> classNames, string title = "Embedding map")
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(imageAt);
        ArgumentNullException.ThrowIfNull(classNames);
        var (points, share) = Project(features);
        var (x, y) = (Scale(points, 0), Scale(points, 1));
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(title)}</title>");
        html.Append("<style>body{font-family:sans-serif;margin:16px}span{padding:2px 8px;margin-right:6px;border:3px solid}image{image-rendering:pixelated}</style>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{WebUtility.HtmlEncode(title)}</h1><p>{features.Count} images, first two principal components, {share:p0} of the variance.</p><p>");
        for (var c = 0; c < classNames.Count; c++)
            html.Append(CultureInfo.InvariantCulture, $"<span style=\"border-color:{Color(c, classNames.Count)}\">{WebUtility.HtmlEncode(classNames[c])}</span>");
        html.Append(CultureInfo.InvariantCulture, $"</p><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Side}\" height=\"{Side}\" viewBox=\"0 0 {Side} {Side}\">");
        for (var row = 0; row < features.Count; row++)
        {
            var (left, top, label) = (x(row), Side - Thumbnail - y(row), features.Labels[row]);
            html.Append(CultureInfo.InvariantCulture, $"<g><title>{WebUtility.HtmlEncode(classNames[label])}</title><image x=\"{left:f1}\" y=\"{top:f1}\" width=\"{Thumbnail}\" height=\"{Thumbnail}\" href=\"{Pictures.DataUri(imageAt(row), 2 * Thumbnail)}\"/>");
            html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left:f1}\" y=\"{top:f1}\" width=\"{Thumbnail}\" height=\"{Thumbnail}\" fill=\"none\" stroke=\"{Color(label, classNames.Count)}\" stroke-width=\"2\"/></g>");
        }

        html.Append("</svg></html>");
        File.WriteAllText(path, html.ToString());
    }

    /// <summary>A coordinate to pixels 0..Side - Thumbnail.</summary>
    private static Func<int, double> Scale(double[] points, int axis)
    {
        double[] values = [.. Enumerable.Range(0, points.Length / 2).Select(row => points[(2 * row) + axis])];
        var (low, range) = (values.Min(), Math.Max(values.Max() - values.Min(), double.Epsilon));
        return row => (values[row] - low) / range * (Side - Thumbnail);
    }

    private static string Color(int label, int classes) => string.Create(CultureInfo.InvariantCulture, $"hsl({360 * label / classes},80%,45%)");
}
