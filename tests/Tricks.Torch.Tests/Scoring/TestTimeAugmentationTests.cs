using Tricks.Torch.Data;
using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Tests.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Scoring;

/// <summary>Views and temperature of a classifier against the network called by hand.</summary>
[TestClass]
public class TestTimeAugmentationTests
{
    private const int Size = Stripes.Size;

    // The shorter side becomes 20: corners and centre differ.
    private static readonly Preprocessing Preprocessing = Stripes.Preprocessing with { CropRatio = 0.8 };

    private static readonly ImagePixels[] Images = [.. Enumerable.Range(0, 4).Select(i => Noise(i, width: 24 + i, height: 30))];

    [TestMethod]
    public void Off_it_is_the_centre_crop()
    {
        using var plain = Classifier(null);
        using var off = Classifier(TestTimeAugmentation.None with { Mirror = false, Crops = 1 });
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var transform = new EvaluationTransform(Preprocessing);
        var input = new float[Images.Length * Size * Size];
        for (var i = 0; i < Images.Length; i++)
            transform.Apply(Images[i], input.AsSpan(i * Size * Size, Size * Size));
        CollectionAssert.AreEqual(plain.Score(Images), off.Score(Images));
        using var operators = KernelSwitch.PlainScope(); // else scoring folds normalisations into convolutions, and the network by itself does not
        CollectionAssert.AreEqual(plain.Network.call(tensor(input, [Images.Length, 1, Size, Size])).softmax(1).data<float>().ToArray(), off.Score(Images));
    }

    [TestMethod]
    [DataRow(true, 1), DataRow(false, 5), DataRow(true, 5)]
    public void On_it_averages_the_logits_of_views_that_are_cut_by_hand(bool mirror, int crops)
    {
        using var classifier = Classifier(new TestTimeAugmentation { Mirror = mirror, Crops = crops });
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var scores = classifier.Score(Images);
        for (var i = 0; i < Images.Length; i++)
        {
            var sum = new double[3];
            var views = Views(Images[i], mirror, crops).ToList();
            foreach (var view in views)
            {
                var logits = classifier.Network.call(tensor(view, [1, 1, Size, Size])).data<float>().ToArray();
                for (var c = 0; c < 3; c++)
                    sum[c] += logits[c] / views.Count;
            }

            var total = sum.Sum(Math.Exp);
            for (var c = 0; c < 3; c++)
                Assert.AreEqual(Math.Exp(sum[c]) / total, scores[(i * 3) + c], 1e-5, $"image {i}, class {c}");
        }
    }

    [TestMethod]
    public void With_the_mirror_an_image_and_its_mirror_image_score_alike()
    {
        ImagePixels[] mirrored = [.. Images.Select(Mirrored)];
        using var plain = Classifier(null);
        using var both = Classifier(new TestTimeAugmentation { Mirror = true, Crops = 5 });
        Assert.IsGreaterThan(1e-3f, Distance(plain.Score(Images), plain.Score(mirrored)));
        Assert.IsLessThan(1e-5f, Distance(both.Score(Images), both.Score(mirrored)));
    }

    [TestMethod]
    public void A_missing_image_is_NaN_and_no_tensor_is_left()
    {
        using var classifier = Classifier(new TestTimeAugmentation { Mirror = true, Crops = 5 });
        TensorLeaks.AssertNone(() =>
        {
            var scores = classifier.Score(2, i => i == 0 ? null : Images[i]);
            Assert.IsTrue(scores[..3].All(float.IsNaN));
            Assert.AreEqual(1f, scores[3..].Sum(), 1e-5f);
        });
    }

    [TestMethod]
    public void Another_number_of_crops_is_refused_with_the_remedy()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Classifier(new TestTimeAugmentation { Crops = 3 }));
        StringAssert.Contains(error.Message, "Crops is 3; it must be 1 (the centre; off) or 5");
    }

    [TestMethod]
    [DataRow(false, 1), DataRow(true, 5)]
    public void Calibrating_divides_the_logits_by_the_best_temperature_and_changes_no_predicted_class(bool mirror, int crops)
    {
        using var classifier = Classifier(new TestTimeAugmentation { Mirror = mirror, Crops = crops });
        var count = 40;
        var rows = new ImageDataset(
            new ImagesInMemory([.. Enumerable.Range(0, count).Select(i => Noise(i, 24, 24))]), [.. Enumerable.Range(0, count).Select(i => i * 7 % 3)], Stripes.ClassNames);
        ImagePixels[] images = [.. Enumerable.Range(0, count).Select(rows.Read)];
        var before = classifier.Score(images);
        using var scope = NewDisposeScope();
        // The logarithms of the scores are the logits up to a number per row, which no softmax sees.
        var (logits, labels) = (tensor(before, [count, 3]).log(), tensor(rows.Labels.Select(label => (long)label).ToArray()));

        var calibration = classifier.Calibrate(rows, batchSize: 16);
        var expected = TemperatureScaling.Fit(logits, labels);
        Assert.AreEqual(expected, calibration.Temperature, 1e-4 * expected);
        Assert.AreEqual(TemperatureScaling.ExpectedCalibrationError(logits, labels), calibration.ErrorBefore, 1e-5);
        Assert.AreEqual(TemperatureScaling.ExpectedCalibrationError(logits, labels, expected), calibration.ErrorAfter, 1e-3);
        Assert.AreEqual(count, calibration.Rows);
        Assert.AreSame(calibration, classifier.Calibration);

        var after = classifier.Score(images);
        var scaled = (logits / calibration.Temperature).softmax(1).data<float>().ToArray();
        Assert.IsLessThan(1e-5f, Distance(scaled, after));
        Assert.IsGreaterThan(1e-2f, Distance(before, after));
        CollectionAssert.AreEqual(Best(before), Best(after));
    }

    private static ImageClassifier Classifier(TestTimeAugmentation? views)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var network = Stripes.Network(zeroGamma: false);
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.StartsWith("fc", StringComparison.Ordinal))
                parameter.MultiplyBy(5); // spreads the scores
        }

        return views is null
            ? new ImageClassifier(network, Stripes.Architecture, Preprocessing, classes: 3)
            : new ImageClassifier(network, Stripes.Architecture, Preprocessing, classes: 3) { TestTimeAugmentation = views };
    }

    /// <summary>The crops of an image resized to a shorter side of 20, normalised, and their mirror images.</summary>
    private static IEnumerable<float[]> Views(ImagePixels image, bool mirror, int crops)
    {
        var (width, height) = image.Width <= image.Height
            ? (20, 20 * image.Height / image.Width)
            : (20 * image.Width / image.Height, 20);
        var resized = new float[width * height];
        Resize.Bilinear(image, Box.Of(image), width, height, resized);
        var (right, bottom) = (width - Size, height - Size);
        var centre = ((int)Math.Round(right / 2.0), (int)Math.Round(bottom / 2.0));
        foreach (var (left, top) in crops == 1 ? [centre] : ((int, int)[])[centre, (0, 0), (right, 0), (0, bottom), (right, bottom)])
        {
            float Value(int x, int y) => (resized[((top + y) * width) + left + x] - Preprocessing.Mean[0]) / Preprocessing.StandardDeviation[0];
            yield return [.. Enumerable.Range(0, Size * Size).Select(i => Value(i % Size, i / Size))];
            if (mirror)
                yield return [.. Enumerable.Range(0, Size * Size).Select(i => Value(Size - 1 - (i % Size), i / Size))];
        }
    }

    private static ImagePixels Noise(int index, int width, int height)
    {
        var random = new SeededRandom(3, index);
        return new ImagePixels(width, height, 1, [.. Enumerable.Range(0, width * height).Select(i => (byte)((i % width * 4) + random.NextInt32(100)))]);
    }

    private static ImagePixels Mirrored(ImagePixels image) => new(
        image.Width, image.Height, 1, [.. Enumerable.Range(0, image.Values.Length).Select(i => image.Values[(i / image.Width * image.Width) + image.Width - 1 - (i % image.Width)])]);

    private static float Distance(float[] a, float[] b) => a.Zip(b, (x, y) => MathF.Abs(x - y)).Max();

    private static int[] Best(float[] scores) => [.. scores.Chunk(3).Select(row => Array.IndexOf(row, row.Max()))];
}
