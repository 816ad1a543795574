using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class PadCropTests
{
    private const int Size = 6;

    [TestMethod]
    [DataRow(1), DataRow(3)]
    public void It_is_a_crop_of_the_image_within_zeros(int channels)
    {
        const int padding = 8; // beyond the image's own size, so that it may leave the view
        var image = Samples.Noise(Size, Size, channels);
        var pixels = Array.ConvertAll(image.Values, v => v + 1f); // above 0
        for (var down = -padding; down <= padding; down++)
        {
            for (var right = -padding; right <= padding; right++)
            {
                var moved = pixels.ToArray();
                new PadCrop(right, down).Apply(moved, Size, channels);
                CollectionAssert.AreEqual(PaddedAndCropped(pixels, channels, padding, right, down), moved, $"{right}, {down}");
            }
        }
    }

    [TestMethod]
    [DataRow(1), DataRow(3)]
    public void Bytes_through_the_table_equal_floats_moved_after_normalisation(int channels)
    {
        var normalization = new Normalization(Preprocessing.ImageNet(Size, channels));
        var image = Samples.Noise(Size, Size, channels);
        for (var move = new PadCrop(-7, -7); move.Down <= 7; move = move.Right < 7 ? move with { Right = move.Right + 1 } : new PadCrop(-7, move.Down + 1))
        {
            var slow = Array.ConvertAll(image.Values, v => (float)v);
            normalization.Apply(slow);
            move.Apply(slow, Size, channels);
            var fast = Samples.Target(Preprocessing.ImageNet(Size, channels));
            move.Apply(image.Values, normalization, Size, channels, fast);
            Assert.IsTrue(Samples.SameBits(slow, fast), move.ToString());
        }
    }

    [TestMethod]
    [DataRow(5, 1), DataRow(5, 3), DataRow(28, 1), DataRow(31, 1), DataRow(31, 3), DataRow(33, 1)]
    public void Mirrored_bytes_are_the_mirror_image_of_moved_bytes_at_any_width(int size, int channels)
    {
        var preprocessing = Preprocessing.ImageNet(size, channels);
        var normalization = new Normalization(preprocessing);
        var image = Samples.Noise(size, size, channels);
        foreach (var (right, down) in new[] { (0, 0), (3, -2), (-3, 2), (1 - size, 1 - size), (size, 0), (0, -size) })
        {
            var slow = Array.ConvertAll(image.Values, v => (float)v);
            normalization.Apply(slow);
            var move = new PadCrop(right, down);
            move.Apply(slow, size, channels);
            HorizontalFlip.Apply(slow, size, channels);
            var fast = Samples.Target(preprocessing);
            move.Apply(image.Values, normalization, size, channels, mirrored: true, fast);
            Assert.IsTrue(Samples.SameBits(slow, fast), move.ToString());
        }
    }

    [TestMethod]
    public void Every_move_up_to_the_padding_is_equally_likely()
    {
        var random = new SeededRandom(1);
        var counts = Enumerable.Range(0, 25_000).Select(_ => PadCrop.Draw(2, random)).CountBy(move => move).ToArray();
        Assert.HasCount(25, counts);
        foreach (var (move, count) in counts)
        {
            Assert.IsTrue(Math.Abs(move.Right) <= 2 && Math.Abs(move.Down) <= 2);
            Assert.AreEqual(1000, count, 160); // five standard deviations
        }
    }

    private static float[] PaddedAndCropped(float[] pixels, int channels, int padding, int right, int down)
    {
        const int size = Size;
        var side = size + (2 * padding);
        var padded = new float[side, side, channels];
        for (var i = 0; i < pixels.Length; i++)
            padded[padding + (i / channels / size), padding + (i / channels % size), i % channels] = pixels[i];
        return [.. Enumerable.Range(0, pixels.Length).Select(i =>
            padded[padding - down + (i / channels / size), padding - right + (i / channels % size), i % channels])];
    }
}
