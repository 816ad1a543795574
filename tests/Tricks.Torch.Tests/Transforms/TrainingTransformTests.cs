using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class TrainingTransformTests
{
    [TestMethod]
    [DataRow(32, 32, 32, 1), DataRow(32, 32, 32, 3), DataRow(50, 41, 32, 3), DataRow(150, 120, 96, 3), DataRow(96, 96, 96, 1)]
    public void Without_augmentation_it_is_evaluation_bit_for_bit(int width, int height, int imageSize, int channels)
    {
        var image = Samples.Noise(width, height, channels);
        var preprocessing = Preprocessing.ImageNet(imageSize, channels);
        var trained = Samples.Train(image, Augmentation.None, preprocessing, new SeededRandom(1));
        Assert.IsTrue(Samples.SameBits(Samples.Evaluate(image, preprocessing), trained));
    }

    [TestMethod]
    public void Equal_seed_epoch_and_sample_give_equal_bits_and_others_do_not()
    {
        var image = Samples.Noise(80, 70, 3);
        foreach (var augmentation in new[] { Augmentation.ImageNet, Augmentation.SmallImage with { Padding = 40 } })
        {
            var view = View(3, 5, 7);
            Assert.IsTrue(Samples.SameBits(view, View(3, 5, 7)));
            Assert.IsFalse(Samples.SameBits(view, View(4, 5, 7)));
            Assert.IsFalse(Samples.SameBits(view, View(3, 6, 7)));
            Assert.IsFalse(Samples.SameBits(view, View(3, 5, 8)));

            float[] View(long seed, long epoch, long sample) =>
                Samples.Train(image, augmentation, Preprocessing.ImageNet(64), new SeededRandom(seed, epoch, sample));
        }
    }

    [TestMethod]
    [DataRow(1, 28), DataRow(3, 32)]
    public void The_fast_path_of_small_images_equals_the_steps_one_by_one(int channels, int size)
    {
        var image = Samples.Noise(size, size, channels);
        var preprocessing = Preprocessing.ImageNet(size, channels);
        for (var sample = 0; sample < 50; sample++)
        {
            var random = new SeededRandom(1, 2, sample);
            var expected = Array.ConvertAll(image.Values, v => (float)v);
            new Normalization(preprocessing).Apply(expected);
            PadCrop.Draw(4, random).Apply(expected, size, channels);
            if (random.NextBoolean(0.5))
                HorizontalFlip.Apply(expected, size, channels);

            var actual = Samples.Train(image, Augmentation.SmallImage, preprocessing, new SeededRandom(1, 2, sample));
            Assert.IsTrue(Samples.SameBits(expected, actual), $"sample {sample}");
        }
    }

    [TestMethod]
    public void ImageNet_augmentation_equals_the_steps_one_by_one()
    {
        var image = Samples.Noise(150, 110, 3);
        var preprocessing = Preprocessing.ImageNet(96);
        for (var sample = 0; sample < 10; sample++)
        {
            var random = new SeededRandom(1, 2, sample);
            var expected = new float[96 * 96 * 3];
            Resize.Bilinear(image, new RandomResizedCrop().Draw(150, 110, random), 96, 96, expected);
            var flip = random.NextBoolean(0.5);
            var color = new ColorJitter { Brightness = 0.4, Saturation = 0.4, Hue = 0.4 }.Draw(random);
            (color with { Offset = PcaNoise.Draw(0.1, random) }).Apply(expected, 3);
            new Normalization(preprocessing).Apply(expected);
            if (flip)
                HorizontalFlip.Apply(expected, 96, 3);

            var actual = Samples.Train(image, Augmentation.ImageNet, preprocessing, new SeededRandom(1, 2, sample));
            Assert.IsTrue(Samples.SameBits(expected, actual), $"sample {sample}");
        }
    }

    [TestMethod]
    public void A_padded_crop_of_another_size_moves_what_evaluation_sees()
    {
        var image = Samples.Noise(50, 41, 3);
        var preprocessing = Preprocessing.ImageNet(32);
        var expected = Samples.Evaluate(image, preprocessing);
        PadCrop.Draw(4, new SeededRandom(6)).Apply(expected, 32, 3);
        var augmentation = Augmentation.SmallImage with { FlipProbability = 0 };
        Assert.IsTrue(Samples.SameBits(expected, Samples.Train(image, augmentation, preprocessing, new SeededRandom(6))));
    }

    [TestMethod]
    public void Jitter_of_a_padded_crop_leaves_the_padding_at_0()
    {
        var augmentation = Augmentation.SmallImage with { Padding = 4, Brightness = 0.4, PcaNoise = 0.1, FlipProbability = 0 };
        var (sample, move) = Enumerable.Range(0, 100).Select(s => (s, PadCrop.Draw(4, new SeededRandom(1, 0, s)))).First(d => d.Item2.Down == 3);
        var values = Samples.Train(Samples.Noise(32, 32, 3), augmentation, Preprocessing.ImageNet(32), new SeededRandom(1, 0, sample));
        Assert.IsTrue(values.AsSpan(0, 3 * 32 * 3).IndexOfAnyExcept(0f) < 0, move.ToString());
        Assert.IsGreaterThan(1800, values.AsSpan(3 * 32 * 3).ToArray().Count(v => v != 0));
    }

    [TestMethod]
    public void A_gray_image_becomes_the_luma_of_what_it_would_become_in_RGB()
    {
        var gray = Samples.Noise(60, 50, 1);
        var rgb = new ImagePixels(60, 50, 3, [.. gray.Values.SelectMany(v => new[] { v, v, v })]);
        for (var sample = 0; sample < 10; sample++)
        {
            var inGray = Samples.Train(gray, Augmentation.ImageNet, Samples.Raw(40, 1), new SeededRandom(1, 0, sample));
            var inRgb = Samples.Train(rgb, Augmentation.ImageNet, Samples.Raw(40, 3), new SeededRandom(1, 0, sample));
            var luma = inRgb.Chunk(3).Select(c => (0.299 * c[0]) + (0.587 * c[1]) + (0.114 * c[2])).ToArray();
            Samples.AreClose(luma, inGray, 1e-3);
        }
    }

    [TestMethod]
    public void Flips_happen_as_often_as_said()
    {
        var image = new ImagePixels(2, 2, 1, [0, 255, 0, 255]);
        foreach (var probability in new[] { 0, 0.25, 1 })
        {
            var transform = new TrainingTransform(new Augmentation { FlipProbability = probability }, Samples.Raw(2, 1));
            var target = new float[4];
            var flips = Enumerable.Range(0, 4000).Count(sample =>
            {
                transform.Apply(image, new SeededRandom(1, 0, sample), target);
                return target[0] == 255;
            });
            Assert.AreEqual(4000 * probability, flips, 5 * Math.Sqrt(4000 * probability * (1 - probability)));
        }
    }

    [TestMethod]
    public void Other_channels_and_another_target_length_are_refused()
    {
        var transform = new TrainingTransform(Augmentation.SmallImage, Preprocessing.ImageNet(8));
        Assert.ThrowsExactly<ArgumentException>(() => transform.Apply(Samples.Noise(8, 8, 1), new SeededRandom(1), new float[192]));
        Assert.ThrowsExactly<ArgumentException>(() => transform.Apply(Samples.Noise(8, 8, 3), new SeededRandom(1), new float[193]));
    }
}
