using Tricks.Torch.Kernels;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Kernels;

/// <summary>The gradient of a convolution's weight as a matrix product, against libtorch's in float64.</summary>
[TestClass]
public sealed class WeightGradientTests
{
    [TestMethod]
    [DataRow(3, 1, 4)]
    [DataRow(3, 2, 5)]
    [DataRow(3, 1, 1)]
    [DataRow(5, 2, 7)]
    public void It_equals_libtorchs(int kernel, int stride, int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = MemoryFormat.ToChannelsLast(randn(3, 16, size, size)).to(ScalarType.BFloat16);
        using var conv = new SpatialConv2d(16, 32, kernel, stride);
        var (_, weight) = conv.named_parameters().Single();
        using (no_grad())
            weight.set_(MemoryFormat.ToChannelsLast(randn(32, 16, kernel, kernel)));

        var input = x.clone().requires_grad_();
        var y = conv.call(input);
        var direction = randn_like(y);
        (y * direction).sum().backward();

        var exactInput = x.to(ScalarType.Float64).requires_grad_();
        var exactWeight = weight.detach().to(ScalarType.BFloat16).to(ScalarType.Float64).requires_grad_();
        var exact = nn.functional.conv2d(exactInput, exactWeight, strides: [stride, stride], padding: [(kernel - 1) / 2, (kernel - 1) / 2]);
        (exact * direction.to(ScalarType.Float64)).sum().backward();

        Assert.IsLessThan(1e-2, Distance(exactWeight.grad!, weight.grad!));
        Assert.IsLessThan(1e-2, Distance(exactInput.grad!, input.grad!));
    }

    [TestMethod]
    public void Patches_hold_the_pixels_under_each_output()
    {
        using var scope = NewDisposeScope();
        var x = arange(1, 1 + (2 * 3 * 4 * 16), ScalarType.Float32).view(2, 3, 4, 16); // (N, H, W, C)
        var rows = empty(2 * 2 * 2, 3 * 3 * 16);
        unsafe
        {
            PatchKernel.Gather((byte*)TensorMemory.Of(x), (byte*)TensorMemory.Of(rows), 2, 3, 4, 64, 3, 2, 1, 2, 2);
        }

        var expected = nn.functional.unfold(x.permute(0, 3, 1, 2), 3, padding: 1, stride: 2)    // (N, C*k*k, H'*W')
            .view(2, 16, 9, 4).permute(0, 3, 2, 1).reshape(8, 144);
        Assert.IsTrue(expected.equal(rows).all().item<bool>());
    }

    private static double Distance(Tensor expected, Tensor actual)
    {
        var (a, b) = (expected.to(ScalarType.Float64), actual.to(ScalarType.Float64));
        return (a - b).norm().item<double>() / a.norm().item<double>();
    }
}
