using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>Against libtorch's own convolution in float64, which oneDNN has no part in.</summary>
[TestClass]
public sealed class ConvolutionTests
{
    [TestMethod]
    [DataRow(8, 1, 6, 7)]
    [DataRow(32, 1, 9, 9)]
    [DataRow(32, 2, 9, 8)]
    [DataRow(512, 1, 4, 4)]
    [DataRow(512, 2, 5, 4)]
    [DataRow(1024, 1, 1, 1)]
    public void A_depthwise_convolution_is_one_of_each_channel_by_itself(int channels, int stride, int height, int width)
    {
        using var layer = new DepthwiseConv2d(channels, stride);
        AssertExact(layer, channels, height, width, (x, kernel, _) =>
            functional.conv2d(x, kernel, strides: [stride, stride], padding: [1, 1], groups: channels));
    }

    [TestMethod]
    [DataRow(128, 192, 1, 7, 0, 3, 1)]
    [DataRow(160, 160, 7, 1, 3, 0, 1)]
    [DataRow(384, 384, 1, 3, 0, 1, 1)]
    [DataRow(48, 64, 5, 5, 2, 2, 1)]
    [DataRow(128, 768, 5, 5, 0, 0, 1)]
    [DataRow(32, 48, 3, 3, 0, 0, 2)]
    [DataRow(3, 64, 3, 3, 1, 1, 1)]
    [DataRow(3, 6, 5, 5, 0, 0, 1)]
    [DataRow(4, 4, 3, 3, 1, 1, 1)]
    [DataRow(8, 8, 3, 3, 1, 1, 2)]
    [DataRow(1, 6, 5, 5, 0, 0, 1)]
    public void A_rectangular_convolution_pads_as_told_and_adds_its_bias(
        int inChannels, int outChannels, int kernelHeight, int kernelWidth, int paddingHeight, int paddingWidth, int stride)
    {
        using var layer = new SpatialConv2d(inChannels, outChannels, (kernelHeight, kernelWidth), (paddingHeight, paddingWidth), stride, hasBias: true);
        AssertExact(layer, inChannels, 7, 8, (x, kernel, bias) =>
            functional.conv2d(x, kernel, bias, strides: [stride, stride], padding: [paddingHeight, paddingWidth]));
    }

    private static void AssertExact(Module<Tensor, Tensor> layer, int channels, int height, int width, Func<Tensor, Tensor, Tensor?, Tensor> convolve)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = (layer.get_parameter("weight")!, layer.get_parameter("bias"));
        using (no_grad())
        {
            weight.copy_(Wave(weight.shape, 0.37));
            bias?.copy_(Wave(bias.shape, 0.53));
        }

        var image = Wave([2, channels, height, width], 0.61);
        var (exactImage, exactWeight, exactBias) = (Exact(image), Exact(weight), bias is null ? null : Exact(bias));
        var exact = convolve(exactImage, exactWeight, exactBias);
        var seed = Wave(exact.shape, 0.83);
        exact.backward([seed.to(ScalarType.Float64)]);

        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            foreach (var channelsLast in (bool[])[false, true])
            {
                if (channelsLast)
                    MemoryFormat.ToChannelsLast(layer);
                foreach (var parameter in layer.parameters())
                    parameter.grad = null;
                var input = (channelsLast ? MemoryFormat.ToChannelsLast(image) : image).to(type).clone().detach().requires_grad_();
                var output = layer.call(input);
                output.backward([seed.to(type)]);

                var (tolerance, what) = (type == ScalarType.Float32 ? 2e-6 : 2e-2, $"{type}, channels-last {channelsLast}");
                Assert.AreEqual(type, output.dtype);
                AssertClose(exact, output, tolerance, $"output, {what}");
                if (channels > 1) // one channel is an image, whose gradient is not needed; libtorch's is wrong on some machines
                    AssertClose(exactImage.grad!, input.grad!, tolerance, $"gradient of the input, {what}");
                AssertClose(exactWeight.grad!, weight.grad!, tolerance, $"gradient of the weight, {what}");
                if (bias is not null)
                    AssertClose(exactBias!.grad!, bias.grad!, tolerance, $"gradient of the bias, {what}");
            }
        }
    }

    private static Tensor Exact(Tensor x) => x.detach().to(ScalarType.Float64).requires_grad_();

    private static void AssertClose(Tensor exact, Tensor actual, double tolerance, string what)
    {
        CollectionAssert.AreEqual(exact.shape, actual.shape, what);
        var difference = (exact - actual.to(ScalarType.Float64)).norm().item<double>() / exact.norm().item<double>();
        Assert.IsLessThan(tolerance, difference, what);
    }

    private static Tensor Wave(long[] shape, double step)
    {
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)Math.Sin((step * i) + (1e-4 * i * i));
        return tensor(values, shape);
    }
}
