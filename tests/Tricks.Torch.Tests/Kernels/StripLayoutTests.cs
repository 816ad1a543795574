using Tricks.Torch.Kernels;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Kernels;

/// <summary>Where images stand in strips; the convolution of strips is tested with the other ways (<see cref="ConvolutionWaysTests"/>).</summary>
[TestClass]
public sealed class StripLayoutTests
{
    [TestMethod]
    public void Strips_hold_images_side_by_side_with_zeros_between()
    {
        using var scope = NewDisposeScope();
        var images = arange(1, 1 + (5 * 3 * 2 * 16), ScalarType.Float32).view(5, 3, 2, 16); // (N, H, W, C)
        var layout = new StripLayout(Images: 5, PerStrip: 2, Height: 3, Width: 2, Pitch: 3, StripWidth: 7);
        var strips = layout.Lay(images.permute(0, 3, 1, 2));

        var expected = zeros(3, 3, 7, 16);
        for (var i = 0; i < 5; i++)
            expected[i / 2].narrow(1, i % 2 * 3, 2).copy_(images[i]);
        Assert.IsTrue(expected.equal(strips.permute(0, 2, 3, 1)).all().item<bool>());
        Assert.IsTrue(images.equal(layout.Cut(strips + (strips == 0).to(ScalarType.Float32)).permute(0, 2, 3, 1)).all().item<bool>()); // whatever stands between
    }
}
