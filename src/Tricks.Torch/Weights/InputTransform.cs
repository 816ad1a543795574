using Tricks.Torch.Models;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>Inception-v3's weights for images of another mean and deviation: torchvision's transform_input, once and for all.</summary>
/// <remarks>
/// torchvision's Inception-v3 expects (v - 127.5) / 127.5. A network whose images are x = (v - m) / s sees it as
/// a x + b, a = s / 127.5, b = (m - 127.5) / 127.5 for each channel. Its first convolution has no padding and a
/// normalisation behind it, so a multiplies the weights and b, which adds the same to every pixel of a map, lowers the
/// running mean. Exact, in training and in evaluation.
/// </remarks>
internal static class InputTransform
{
    private const string Weight = "Conv2d_1a_3x3.conv.weight", RunningMean = "Conv2d_1a_3x3.bn.running_mean";

    /// <summary>Changes the network where its images are not those that its weights were trained on.</summary>
    /// <returns>A sentence about it; null where nothing was changed.</returns>
    internal static string? Fold(
        PretrainedConfig? trainedOn, Preprocessing? images, Architecture architecture, IReadOnlyList<NamedTensor> network)
    {
        if (architecture is not InceptionV3Architecture || trainedOn is null || images is null)
            return null;
        var expected = trainedOn.Apply(images);
        if (expected.Mean.SequenceEqual(images.Mean) && expected.StandardDeviation.SequenceEqual(images.StandardDeviation))
            return null;
        var entries = network.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        Fold(entries[Weight], entries[RunningMean], images, expected);
        return "The first convolution was adapted to images of another mean and deviation than those that the weights were trained on.";
    }

    /// <summary>The same for a convolution without padding or bias, (out, in, kh, kw), and the running mean behind it, (out).</summary>
    internal static void Fold(Tensor weight, Tensor runningMean, Preprocessing images, Preprocessing expected)
    {
        var channels = images.Mean.Count;
        var scale = Channels(c => images.StandardDeviation[c] / expected.StandardDeviation[c]);     // a
        var shift = Channels(c => (images.Mean[c] - expected.Mean[c]) / expected.StandardDeviation[c]); // b
        runningMean.sub_((weight * shift).sum([1, 2, 3]));
        weight.mul_(scale);

        Tensor Channels(Func<int, float> value) => tensor([.. Enumerable.Range(0, channels).Select(value)], [1, channels, 1, 1]);
    }
}
