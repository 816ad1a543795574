using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.SelfSupervised;

[TestClass]
public class ViewTransformTests
{
    private const int Size = 16;

    private static readonly Preprocessing Preprocessing = Preprocessing.ImageNet(Size);

    [TestMethod]
    public void A_view_is_a_function_of_seed_epoch_image_and_view()
    {
        var first = View(ViewAugmentation.ImageNet, seed: 1, epoch: 2, image: 3, view: 0);
        CollectionAssert.AreEqual(first, View(ViewAugmentation.ImageNet, 1, 2, 3, 0));
        CollectionAssert.AreNotEqual(first, View(ViewAugmentation.ImageNet, 1, 2, 3, 1), "view");
        CollectionAssert.AreNotEqual(first, View(ViewAugmentation.ImageNet, 1, 2, 4, 0), "image");
        CollectionAssert.AreNotEqual(first, View(ViewAugmentation.ImageNet, 1, 3, 3, 0), "epoch");
        CollectionAssert.AreNotEqual(first, View(ViewAugmentation.ImageNet, 2, 2, 3, 0), "seed");
    }

    [TestMethod]
    public void Everything_off_is_what_evaluation_sees()
    {
        var expected = new float[Size * Size * 3];
        new EvaluationTransform(Preprocessing).Apply(Image(), expected);
        CollectionAssert.AreEqual(expected, View(ViewAugmentation.None, 1, 0, 0, 0));
    }

    [TestMethod]
    [DataRow("flip")]
    [DataRow("jitter")]
    [DataRow("gray")]
    [DataRow("blur")]
    [DataRow("crop")]
    public void Each_part_changes_the_view(string part)
    {
        var on = part switch
        {
            "flip" => ViewAugmentation.None with { FlipProbability = 1 },
            "jitter" => ViewAugmentation.None with { JitterProbability = 1 },
            "gray" => ViewAugmentation.None with { GrayscaleProbability = 1 },
            "blur" => ViewAugmentation.None with { BlurProbability = 1 },
            _ => ViewAugmentation.None with { CropArea = (0.08, 0.5) },
        };
        CollectionAssert.AreNotEqual(View(ViewAugmentation.None, 1, 0, 0, 0), View(on, 1, 0, 0, 0));
    }

    [TestMethod]
    public void Grayscale_happens_as_often_as_said()
    {
        var grays = Enumerable.Range(0, 1000).Count(image =>
        {
            var view = View(ViewAugmentation.None with { GrayscaleProbability = 0.2 }, 1, 0, image, 0, normalized: false);
            return view[0] == view[1] && view[1] == view[2];
        });
        Assert.AreEqual(200, grays, 50); // four standard deviations
    }

    [TestMethod]
    public void Small_images_are_not_blurred_and_large_ones_are()
    {
        Assert.AreEqual(0, ViewAugmentation.For(32).BlurProbability);
        Assert.AreEqual(0.5, ViewAugmentation.For(224).BlurProbability);
        Assert.AreEqual(23, GaussianBlur.KernelSize(224));
    }

    [TestMethod]
    public void Options_out_of_range_are_all_named()
    {
        var wrong = new ViewAugmentation { CropArea = (0, 1), JitterStrength = 3, FlipProbability = -1, GrayscaleProbability = double.NaN };
        var message = Assert.ThrowsExactly<ArgumentException>(() => new ViewTransform(wrong, Preprocessing)).Message;
        foreach (var name in new[] { "CropArea", "JitterStrength is 3", "FlipProbability is -1", "GrayscaleProbability is NaN" })
            StringAssert.Contains(message, name);
    }

    private static float[] View(ViewAugmentation augmentation, long seed, int epoch, int image, int view, bool normalized = true)
    {
        var target = new float[Size * Size * 3];
        var transform = new ViewTransform(augmentation, Preprocessing);
        var random = ViewTransform.Random(seed, epoch, image, view);
        if (normalized)
            transform.Apply(Image(), random, target);
        else
            transform.ApplyWithoutNormalizing(Image(), random, target);
        return target;
    }

    private static ImagePixels Image() => new(
        Size, Size, 3, [.. Enumerable.Range(0, Size * Size * 3).Select(i => (byte)((37 * i) + (i * i)))]);
}
