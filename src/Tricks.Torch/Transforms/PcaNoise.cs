using System.Numerics;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>Noise along the principal components of ImageNet's colours (AlexNet §4.1; BoT §2.1).</summary>
/// <remarks>
/// Adds E (alpha * lambda) to every pixel of an image, where E has the eigenvectors as columns, lambda are the eigenvalues
/// and alpha ~ N(0, deviation) is drawn once per image and component: covariance deviation^2 * E diag(lambda^2) E^T.
/// Units are 0..255, so it comes before normalisation.
/// </remarks>
public static class PcaNoise
{
    // Of RGB values in 0..255, as in GluonCV and MXNet; components are columns of [R; G; B].
    private static readonly Vector3 First = 55.4625f * new Vector3(-0.5675f, -0.5808f, -0.5836f);
    private static readonly Vector3 Second = 4.7940f * new Vector3(0.7192f, -0.0045f, -0.6948f);
    private static readonly Vector3 Third = 1.1475f * new Vector3(0.4009f, -0.8140f, 0.4203f);

    /// <summary>E (alpha * lambda): the colour added for given coefficients.</summary>
    public static Vector3 Of(double alpha1, double alpha2, double alpha3) =>
        ((float)alpha1 * First) + ((float)alpha2 * Second) + ((float)alpha3 * Third);

    /// <summary>Draws the colour that is added to one image.</summary>
    /// <param name="deviation">Standard deviation of the coefficients, at least 0; BoT 0.1. At 0 nothing is drawn or added.</param>
    /// <param name="random">Where the draws come from.</param>
    public static Vector3 Draw(double deviation, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (deviation == 0)
            return Vector3.Zero;
        var alpha1 = deviation * random.NextGaussian();
        var alpha2 = deviation * random.NextGaussian();
        var alpha3 = deviation * random.NextGaussian();
        return Of(alpha1, alpha2, alpha3);
    }
}
