using Tricks.Torch.Kernels;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Kernels;

/// <summary>The gradients of a bfloat16 convolution by our own ways, against libtorch's in float64.</summary>
[TestClass]
public sealed class ConvolutionGradientTests
{
    [TestMethod]
    [DataRow(3, 16, 3, 1, 4, "Product", true)]       // few images
    [DataRow(3, 16, 3, 2, 5, "Product", false)]
    [DataRow(3, 16, 3, 1, 1, "Product", true)]       // one pixel
    [DataRow(33, 16, 3, 1, 1, "Product", true)]
    [DataRow(3, 16, 5, 2, 7, "Product", false)]
    [DataRow(33, 16, 3, 1, 4, "Convolution", true)]  // filled up to 48 images
    [DataRow(48, 32, 5, 1, 7, "Convolution", true)]
    [DataRow(33, 64, 3, 2, 20, "Product", false)]    // strided, with many channels
    [DataRow(2, 64, 3, 2, 58, "Libtorch", false)]
    [DataRow(3, 16, 3, 1, 9, "Libtorch", true)]      // large maps: libtorch's gradient of the weight, ours of the input
    public void They_equal_libtorchs(int images, int channels, int kernel, int stride, int size, string ofWeight, bool ofInput)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = MemoryFormat.ToChannelsLast(randn(images, channels, size, size)).to(ScalarType.BFloat16);
        using var conv = new SpatialConv2d(channels, 32, kernel, stride);
        var (_, weight) = conv.named_parameters().Single();
        using (no_grad())
            weight.set_(MemoryFormat.ToChannelsLast(randn(32, channels, kernel, kernel)));

        var input = x.clone().requires_grad_();
        var own = conv.OwnGradients(input);
        Assert.AreEqual(ofWeight, (own?.OfWeight ?? WeightGradientKind.Libtorch).ToString());
        Assert.AreEqual(ofInput, own?.OfInput ?? false);
        var y = conv.call(input);
        var direction = randn_like(y);
        (y * direction).sum().backward();

        var (exactInput, exactWeight) = Exact(x, weight, direction, stride, (kernel - 1) / 2);
        Assert.IsLessThan(1e-2, Distance(exactWeight, weight.grad!));
        Assert.IsLessThan(1e-2, Distance(exactInput, input.grad!));
    }

    [TestMethod]
    public void A_frozen_weight_and_an_input_without_gradient_get_none()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = MemoryFormat.ToChannelsLast(randn(33, 16, 4, 4)).to(ScalarType.BFloat16);
        using var conv = new SpatialConv2d(16, 32, 3);
        var (_, weight) = conv.named_parameters().Single();
        using (no_grad())
            weight.set_(MemoryFormat.ToChannelsLast(randn(32, 16, 3, 3)));
        var direction = randn(33, 32, 4, 4).to(ScalarType.BFloat16);
        var (exactInput, exactWeight) = Exact(x, weight, direction, stride: 1, padding: 1);

        (conv.call(x) * direction).sum().backward();
        Assert.IsLessThan(1e-2, Distance(exactWeight, weight.grad!));
        Assert.IsNull(x.grad);

        weight.grad = null;
        weight.requires_grad_(false);
        var input = x.clone().requires_grad_();
        (conv.call(input) * direction).sum().backward();
        Assert.IsLessThan(1e-2, Distance(exactInput, input.grad!));
        Assert.IsNull(weight.grad);
    }

    [TestMethod]
    public void They_equal_libtorchs_without_padding()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = MemoryFormat.ToChannelsLast(randn(33, 16, 6, 6)).to(ScalarType.BFloat16);
        using var conv = new SpatialConv2d(16, 32, (3, 3), padding: (0, 0));
        using (no_grad())
            conv.Weight.set_(MemoryFormat.ToChannelsLast(randn(32, 16, 3, 3)));
        var input = x.clone().requires_grad_();
        Assert.AreEqual(new ConvolutionGradientFunction.Settings(1, 0, OfInput: true, WeightGradientKind.Convolution), conv.OwnGradients(input));
        var direction = randn(33, 32, 4, 4).to(ScalarType.BFloat16);
        (conv.call(input) * direction).sum().backward();

        var (exactInput, exactWeight) = Exact(x, conv.Weight, direction, stride: 1, padding: 0);
        Assert.IsLessThan(1e-2, Distance(exactWeight, conv.Weight.grad!));
        Assert.IsLessThan(1e-2, Distance(exactInput, input.grad!));
        Assert.AreEqual(WeightGradientKind.Product, conv.OwnGradients(x.narrow(2, 0, 3).narrow(3, 0, 3).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2))!.OfWeight); // to one pixel
    }

    [TestMethod]
    [DataRow(1, 1, 1, 1, false)]
    [DataRow(8, 3, 8, 8, false)]
    [DataRow(33, 4, 40, 48, false)]
    [DataRow(70, 9, 35, 80, true)]
    [DataRow(64, 9, 128, 64, true)]
    public void The_kernel_transposes(int a, int middle, int b, int paddedA, bool reversed)
    {
        using var scope = NewDisposeScope();
        var x = arange(1, 1 + (a * middle * b), ScalarType.Int32).to(ScalarType.Int16).view(a, middle, b);
        var y = ones([b, middle, paddedA], ScalarType.Int16);
        unsafe
        {
            TransposeKernel.Run((ushort*)TensorMemory.Of(x), (ushort*)TensorMemory.Of(y), a, middle, b, paddedA, reversed);
        }

        var expected = zeros([b, middle, paddedA], ScalarType.Int16);
        expected.narrow(2, 0, a).copy_((reversed ? x.flip(1) : x).permute(2, 1, 0));
        Assert.IsTrue(expected.equal(y).all().item<bool>());
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

    /// <summary>The gradients of the input and the weight, rounded as the convolution sees them.</summary>
    private static (Tensor Input, Tensor Weight) Exact(Tensor x, Tensor weight, Tensor direction, int stride, int padding)
    {
        var input = x.to(ScalarType.Float64).requires_grad_();
        var kernel = weight.detach().to(ScalarType.BFloat16).to(ScalarType.Float64).requires_grad_();
        var y = nn.functional.conv2d(input, kernel, strides: [stride, stride], padding: [padding, padding]);
        (y * direction.to(ScalarType.Float64)).sum().backward();
        return (input.grad!, kernel.grad!);
    }

    private static double Distance(Tensor expected, Tensor actual)
    {
        var (a, b) = (expected.to(ScalarType.Float64), actual.to(ScalarType.Float64));
        return (a - b).norm().item<double>() / a.norm().item<double>();
    }
}
