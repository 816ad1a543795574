using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>Against libtorch's own convolution in float64, which oneDNN has no part in.</summary>
[TestClass]
public sealed class PointwiseConv2dTests
{
    [TestMethod]
    [DataRow(3, 5, 1, 6, 7)]
    [DataRow(3, 5, 2, 7, 6)]
    [DataRow(8, 4, 2, 1, 1)]
    [DataRow(4, 8, 3, 8, 5)]
    [DataRow(256, 512, 1, 8, 8)]
    [DataRow(256, 512, 2, 15, 15)]
    [DataRow(2048, 512, 1, 4, 4)]
    public void Output_and_gradients_are_a_convolutions(int inChannels, int outChannels, int stride, int height, int width)
    {
        using var scope = NewDisposeScope();
        var image = Wave([2, inChannels, height, width], 0.61);
        var kernel = Wave([outChannels, inChannels, 1, 1], 0.37);
        var exactImage = image.to(ScalarType.Float64).requires_grad_();
        var exactKernel = kernel.to(ScalarType.Float64).requires_grad_();
        var exact = functional.conv2d(exactImage, exactKernel, strides: [stride, stride]);
        var seed = Wave(exact.shape, 0.83);
        exact.backward([seed.to(ScalarType.Float64)]);

        foreach (var channelsLast in (bool[])[false, true])
        {
            using var convolution = new PointwiseConv2d(inChannels, outChannels, stride);
            var weight = convolution.parameters().Single();
            using (no_grad())
                weight.copy_(kernel);
            var input = (channelsLast ? MemoryFormat.ToChannelsLast(image) : image.clone()).detach().requires_grad_();
            var output = convolution.call(input);
            output.backward([seed]);

            CollectionAssert.AreEqual(exact.shape, output.shape);
            AssertClose(exact, output, "output");
            AssertClose(exactImage.grad!, input.grad!, "gradient of the input");
            AssertClose(exactKernel.grad!, weight.grad!, "gradient of the weight");
        }
    }

    /// <summary>In parts, as a product on all processors, as a product on Intel's.</summary>
    [TestMethod]
    [DataRow(64, 32)]
    [DataRow(40, 32)]
    [DataRow(64, 256)]
    public void When_scoring_it_is_a_convolution_with_bias(int inChannels, int outChannels)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var image = MemoryFormat.ToChannelsLast(Wave([2, inChannels, 5, 3], 0.61));
        var (kernel, bias) = (Wave([outChannels, inChannels, 1, 1], 0.37), Wave([outChannels], 0.83));
        var exact = functional.conv2d(image.to(ScalarType.Float64), kernel.to(ScalarType.Float64), bias.to(ScalarType.Float64), strides: [2, 2]);
        using var convolution = new PointwiseConv2d(inChannels, outChannels, stride: 2);
        var output = ((IConvolution)convolution).Convolve(image, kernel, bias);
        CollectionAssert.AreEqual(exact.shape, output.shape);
        AssertClose(exact, output, "output");
    }

    private static void AssertClose(Tensor exact, Tensor actual, string what)
    {
        var difference = (exact - actual.to(ScalarType.Float64)).norm().item<double>() / exact.norm().item<double>();
        Assert.IsLessThan(2e-6, difference, what);
    }

    private static Tensor Wave(long[] shape, double step)
    {
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)Math.Sin((step * i) + (1e-4 * i * i));
        return tensor(values, shape);
    }
}
