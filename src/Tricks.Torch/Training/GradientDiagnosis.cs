using System.Globalization;

namespace Tricks.Torch.Training;

/// <summary>Which layers get gradients so small that they hardly learn, or so large that they are thrown about.</summary>
/// <remarks>
/// <para>Layers are the parameters of rank 2 and more: convolutions and fully connected layers. The gradient enters at the
/// last of them, the classifier, and is carried towards the input through one Jacobian per layer; vanishing and exploding
/// are what the product of many such factors does (Bengio, Simard, Frasconi, IEEE TNN 5(2), 1994; Glorot and Bengio,
/// AISTATS 2010). So each layer's relative gradient r = |gradient| / |weight| is compared with the last layer's. The ratio does
/// not depend on the loss, the learning rate or the phase of the training.</para>
/// <para>Vanishing: ratio below 1/1000. One learning rate serves all layers, so such a layer moves in a thousand steps, relative
/// to its size, as far as the last one does in one. Exploding: ratio above 1000, or a norm that is not finite. A rate small
/// enough for the layer then leaves the last one where it is. Layers of healthy networks differ too, by their shapes and by
/// the number of places where a convolution is applied: by factors of tens, not of a thousand (docs/gradients.md).</para>
/// </remarks>
/// <param name="Vanishing">The names of the layers whose gradients vanish, in the network's order.</param>
/// <param name="Exploding">The names of the layers whose gradients explode, in the network's order.</param>
/// <param name="Message">What was found, in a sentence or two, with the layers, their ratios and the remedy.</param>
public sealed record GradientDiagnosis(IReadOnlyList<string> Vanishing, IReadOnlyList<string> Exploding, string Message)
{
    /// <summary>The factor between a layer's relative gradient and the last layer's beyond which a gradient counts as vanishing or exploding.</summary>
    public const double Threshold = 1000;

    private const int LayersShown = 8;

    /// <summary>Whether no layer's gradients vanish or explode.</summary>
    public bool IsHealthy => Vanishing.Count == 0 && Exploding.Count == 0;

    /// <summary>Judges the norms of an epoch.</summary>
    /// <param name="norms"><see cref="EpochResult.Norms"/>, in the network's order.</param>
    /// <exception cref="ArgumentException">There is no layer among them.</exception>
    public static GradientDiagnosis Of(IReadOnlyList<ParameterNorms> norms)
    {
        ArgumentNullException.ThrowIfNull(norms);
        var layers = norms.Where(layer => layer.Rank >= 2).ToList();
        if (layers.Count == 0)
            throw new ArgumentException("There are no norms of a convolution or fully connected layer; set RecordNormsEvery, and unfreeze a layer.", nameof(norms));
        var last = layers[^1].RelativeGradient;
        var ratios = layers.Select(layer => (layer.Name, Ratio: Ratio(layer, last))).ToList();
        var vanishing = ratios.Where(layer => layer.Ratio < 1 / Threshold).ToList();
        var exploding = ratios.Where(layer => layer.Ratio > Threshold).ToList();
        return new GradientDiagnosis(
            [.. vanishing.Select(layer => layer.Name)], [.. exploding.Select(layer => layer.Name)], Describe(layers, vanishing, exploding));
    }

    /// <summary>The layer's relative gradient in units of the last layer's; infinite for a norm that is not finite.</summary>
    private static double Ratio(ParameterNorms layer, double last) =>
        !double.IsFinite(layer.GradientNorm) ? double.PositiveInfinity
        : layer.GradientNorm == 0 ? 0 // also where all of the network's are: nothing is learned
        : layer.WeightNorm == 0 || !(last > 0 && double.IsFinite(last)) ? 1 // nothing to compare with
        : layer.RelativeGradient / last;

    private static string Describe(
        List<ParameterNorms> layers, List<(string Name, double Ratio)> vanishing, List<(string Name, double Ratio)> exploding)
    {
        List<string> findings = [];
        if (vanishing.Count > 0)
        {
            findings.Add($"Vanishing gradients in {vanishing.Count} of {layers.Count} layers: {Shown(vanishing)}. "
                + "Such a layer hardly learns: use shortcuts (a residual network), batch normalisation, or an initialisation that keeps the variance.");
        }

        if (exploding.Count > 0)
        {
            findings.Add($"Exploding gradients in {exploding.Count} of {layers.Count} layers: {Shown(exploding)}. "
                + "No learning rate suits all layers: use shortcuts, a smaller initialisation, gradient clipping or a longer warm-up.");
        }

        return findings.Count > 0 ? string.Join(" ", findings) : $"The gradients of all {layers.Count} layers are within a factor of {Threshold:f0} of the last layer's.";
    }

    private static string Shown(List<(string Name, double Ratio)> layers)
    {
        var more = layers.Count > LayersShown ? $", and {layers.Count - LayersShown} more" : "";
        return string.Join(", ", layers.Take(LayersShown).Select(layer =>
            string.Create(CultureInfo.InvariantCulture, $"{layer.Name} ({layer.Ratio:g2} of the last layer's)"))) + more;
    }
}
