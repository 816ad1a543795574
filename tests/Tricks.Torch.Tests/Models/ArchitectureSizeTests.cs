using Tricks.Torch.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Models;

/// <summary>Sizes of the families that golden files do not count: closed forms, and the papers' figures.</summary>
[TestClass]
public sealed class ArchitectureSizeTests
{
    [TestMethod]
    [DataRow(18, 11_687_848L, 1.814)]
    [DataRow(34, 21_796_008L, 3.664)]
    [DataRow(50, 25_549_480L, 4.089)]
    [DataRow(101, 44_541_608L, 7.801)]
    [DataRow(152, 60_185_256L, 11.514)]
    public void A_ResNet_v2_has_the_parameters_of_the_closed_form_and_the_multiply_adds_of_variant_B(int depth, long parameters, double billions)
    {
        Assert.AreEqual(parameters, ResNetV2Parameters(depth, classes: 1000));
        var summary = ModelSummary.Of(Architecture.ResNetV2(depth));

        Assert.AreEqual(parameters, summary.Parameters);
        Assert.AreEqual(billions, summary.MultiplyAdds / 1e9, 0.0006);
    }

    [TestMethod]
    [DataRow(16, 2, 691_674L)]                                  // arXiv:1605.07146, Tables 4 and 5: 0.7 M
    [DataRow(40, 4, 8_949_210L)]                                // 8.9 M
    [DataRow(28, 10, 36_479_194L)]                              // 36.5 M
    public void A_WRN_has_the_parameters_of_the_closed_form(int depth, int widening, long parameters)
    {
        Assert.AreEqual(parameters, WideResNetParameters(depth, widening, classes: 10));
        using var network = Architecture.WideResNet(depth, widening).Build(10);

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void LeNet_5_has_the_parameters_and_multiply_adds_of_the_closed_form()
    {
        var summary = ModelSummary.Of(Architecture.LeNet5, classes: 10, inputChannels: 1);

        Assert.AreEqual(((25 + 1) * 6) + (((25 * 6) + 1) * 16) + (401 * 120) + (121 * 84) + (85 * 10), summary.Parameters);
        Assert.AreEqual(61_706L, summary.Parameters);
        Assert.AreEqual((25 * 6 * 28 * 28) + (25 * 6 * 16 * 10 * 10) + (400 * 120) + (120 * 84) + (84 * 10), summary.MultiplyAdds);
    }

    /// <summary>arXiv:1704.04861, Table 6: 325, 149 and 41 million multiply-adds and 2.6, 1.3 and 0.5 million parameters.</summary>
    [TestMethod]
    [DataRow(0.75, 2_585_560L, 325)]
    [DataRow(0.5, 1_331_592L, 149)]
    [DataRow(0.25, 470_072L, 41)]
    public void A_narrow_MobileNet_has_the_papers_parameters_and_multiply_adds(double width, long parameters, int millions)
    {
        Assert.AreEqual(parameters, MobileNetParameters(width, classes: 1000));
        var summary = ModelSummary.Of(Architecture.MobileNetV1With(width));

        Assert.AreEqual(parameters, summary.Parameters);
        Assert.AreEqual(millions, summary.MultiplyAdds / 1e6, 0.9);
    }

    /// <summary>All widths by one sum over the layers, which at width 1 is torchvision's count.</summary>
    [TestMethod]
    [DataRow(1, 27_161_264L, 5.713)]
    [DataRow(0.75, 15_836_056L, 3.265)]
    [DataRow(0.5, 7_505_088L, 1.434)]
    [DataRow(0.25, 2_241_768L, 0.377)]
    public void An_Inception_v3_of_a_width_has_the_parameters_of_the_sum_over_its_layers(double width, long parameters, double billions)
    {
        Assert.AreEqual(parameters, InceptionParameters(width, classes: 1000));
        using var network = Architecture.InceptionV3With(width).Build(1000);

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(billions, ModelSummary.Of(network, imageSize: 299, inputChannels: 3).MultiplyAdds / 1e9, 0.0006);
    }

    [TestMethod]
    [DataRow(1, 2048)]
    [DataRow(0.25, 512)]
    [DataRow(0.1, 216)]                                         // 32 + 4 * 40 + 24
    public void Inceptions_features_are_the_channels_of_its_last_module(double width, int count)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Architecture.InceptionV3With(width).Build(10, inputChannels: 1, imageSize: 75);
        network.eval();
        var images = zeros(2, 1, 75, 75);

        Assert.AreEqual(count, ((IFeatureExtractor)network).FeatureCount);
        CollectionAssert.AreEqual((long[])[2, count], ((IFeatureExtractor)network).Features(images).shape);
        var (logits, auxiliary) = ((IAuxiliaryClassifier)network).CallWithAuxiliary(images);
        CollectionAssert.AreEqual((long[])[2, 10], logits.shape);
        CollectionAssert.AreEqual((long[])[2, 10], auxiliary.shape);
    }

    [TestMethod]
    public void Channels_of_a_width_are_multiples_of_8_not_below_nine_tenths()
    {
        foreach (var channels in (int[])[32, 48, 64, 80, 96, 128, 160, 192, 320, 384, 448, 768])
            Assert.AreEqual(channels, WidthMultiplier.Channels(channels, 1));
        Assert.AreEqual(8, WidthMultiplier.Channels(32, 0.1));       // at least 8
        Assert.AreEqual(24, WidthMultiplier.Channels(32, 0.7));      // 22.4
        Assert.AreEqual(24, WidthMultiplier.Channels(64, 0.3));      // 19.2 would be 16, which is below 17.28
    }

    /// <summary>Norms 2c, 3x3 9ab, 1x1 ab; the image's normalisation has none.</summary>
    private static long ResNetV2Parameters(int depth, int classes)
    {
        int[] blocks = depth switch { 18 => [2, 2, 2, 2], 34 or 50 => [3, 4, 6, 3], 101 => [3, 4, 23, 3], _ => [3, 8, 36, 3] };
        var (count, channels) = ((3L * 64 * 49) + (2 * 64), 64L);
        for (var stage = 0; stage < 4; stage++)
        {
            var width = 64L << stage;
            var outChannels = depth < 50 ? width : 4 * width;
            for (var block = 0; block < blocks[stage]; block++)
            {
                count += (2 * channels) + (depth < 50
                    ? (9 * channels * width) + (2 * width) + (9 * width * width)
                    : (channels * width) + (2 * width) + (9 * width * width) + (2 * width) + (width * outChannels));
                count += channels == outChannels ? 0 : channels * outChannels;
                channels = outChannels;
            }
        }

        return count + (2 * channels) + ((channels + 1) * classes);
    }

    private static long WideResNetParameters(int depth, int widening, int classes)
    {
        var (count, channels) = (3L * 16 * 9, 16L);
        for (var stage = 0; stage < 3; stage++)
        {
            var width = (16L << stage) * widening;
            for (var block = 0; block < (depth - 4) / 6; block++)
            {
                count += (2 * channels) + (9 * channels * width) + (2 * width) + (9 * width * width) + (channels == width ? 0 : channels * width);
                channels = width;
            }
        }

        return count + (2 * channels) + ((channels + 1) * classes);
    }

    private static long MobileNetParameters(double width, int classes)
    {
        int[] outputs = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
        var channels = (long)(32 * width);
        var count = (27 * channels) + (2 * channels);
        foreach (var output in outputs.Select(output => (long)(output * width)))
        {
            count += (9 * channels) + (2 * channels) + (channels * output) + (2 * output);
            channels = output;
        }

        return count + ((channels + 1) * classes);
    }

    /// <summary>A convolution of k pixels ab k and its norm 2b; arXiv:1512.00567, Table 1 and Figures 5 to 7 and 10, and the classifiers.</summary>
    private static long InceptionParameters(double width, int classes)
    {
        // Multiples of 8: half of one goes up, 20 to 24, 12 to 16.
        long Of(int channels) => Math.Max(8, 8 * (long)Math.Round(channels * width / 8, MidpointRounding.AwayFromZero));
        long Unit(long a, long b, int pixels = 1) => (a * b * pixels) + (2 * b);
        long Path(long a, params (int Channels, int Pixels)[] units) =>
            units.Sum(unit => { var from = a; a = Of(unit.Channels); return Unit(from, a, unit.Pixels); });

        var count = Path(3, (32, 9), (32, 9), (64, 9), (80, 1), (192, 9));
        var channels = Of(192);
        foreach (var pool in (int[])[32, 64, 64])               // A
        {
            count += Path(channels, (64, 1)) + Path(channels, (48, 1), (64, 25)) + Path(channels, (64, 1), (96, 9), (96, 9)) + Path(channels, (pool, 1));
            channels = Of(64) + Of(64) + Of(96) + Of(pool);
        }

        count += Path(channels, (384, 9)) + Path(channels, (64, 1), (96, 9), (96, 9));              // B
        channels += Of(384) + Of(96);
        foreach (var c in (int[])[128, 160, 160, 192])          // C
        {
            count += Path(channels, (192, 1)) + Path(channels, (c, 1), (c, 7), (192, 7)) + Path(channels, (c, 1), (c, 7), (c, 7), (c, 7), (192, 7)) + Path(channels, (192, 1));
            channels = 4 * Of(192);
        }

        count += Path(channels, (128, 1), (768, 25)) + ((Of(768) + 1) * classes);                   // the auxiliary classifier
        count += Path(channels, (192, 1), (320, 9)) + Path(channels, (192, 1), (192, 7), (192, 7), (192, 9)); // D
        channels += Of(320) + Of(192);
        for (var e = 0; e < 2; e++)
        {
            count += Path(channels, (320, 1)) + Path(channels, (384, 1)) + Path(channels, (448, 1), (384, 9)) + Path(channels, (192, 1));
            count += 4 * Unit(Of(384), Of(384), 3);
            channels = Of(320) + (4 * Of(384)) + Of(192);
        }

        return count + ((channels + 1) * classes);
    }
}
