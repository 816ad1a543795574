using System.Globalization;
using static TorchSharp.torch;

namespace Tricks.Torch.Runtime;

/// <summary>Compares the native kernels that training rests on with the same operators in float64.</summary>
/// <remarks>
/// Forward, gradient of the input and gradient of the weight of convolutions with the shapes of our networks, and matrix
/// products. A wrong kernel is off by a tenth and more; rounding accounts for 1e-2 in bfloat16 and 1e-5 in float32.
/// </remarks>
internal static class KernelChecks
{
    private static readonly (int In, int Out, int Height, int Width, int Kernel, int Stride, int Padding)[] Convolutions =
    [
        (3, 32, 32, 32, 3, 2, 1), (3, 64, 32, 32, 7, 2, 3), (16, 16, 28, 28, 3, 1, 1), (16, 32, 28, 28, 3, 2, 1), (64, 64, 14, 14, 3, 1, 1),
        (128, 128, 8, 8, 3, 1, 1), (128, 256, 8, 8, 3, 2, 1), (256, 256, 7, 7, 3, 1, 1), (512, 512, 4, 4, 3, 1, 1), (512, 512, 2, 2, 3, 1, 1),
        // as gradients of weights are computed: 32, 64 and 128 images are the channels, feature maps the kernels (Kernels/ConvolutionGradients)
        (32, 256, 7, 7, 7, 1, 1), (64, 512, 4, 4, 4, 1, 1), (128, 512, 2, 2, 2, 1, 1),
        // small maps side by side (Kernels/StripConvolution)
        (512, 512, 2, 126, 3, 1, 1), (256, 512, 4, 126, 3, 2, 1), (128, 128, 8, 126, 3, 1, 1),
    ];

    private static readonly (int Rows, int In, int Out)[] Products =
        [(196, 64, 256), (98, 256, 512), (98, 512, 1024), (18, 1024, 512), (18, 2048, 512), (18, 1024, 2048)];

    /// <summary>What is checked, by which an outcome that was kept is known to be of these checks.</summary>
    internal static string Shapes => string.Join(';', [.. Convolutions.Select(shape => shape.ToString()), .. Products.Select(shape => shape.ToString())]);

    /// <summary>The first kernel that is wrong, in words; null if all are right.</summary>
    internal static string? FirstFault(ScalarType type)
    {
        var tolerance = type == ScalarType.Float32 ? 1e-4 : 2e-2;
        manual_seed(1);
        foreach (var (channels, outChannels, height, width, kernel, stride, padding) in Convolutions)
        {
            using var scope = NewDisposeScope();
            var x = MemoryFormat.ToChannelsLast(randn(2, channels, height, width)).to(type);
            var w = MemoryFormat.ToChannelsLast(randn(outChannels, channels, kernel, kernel)).to(type);
            Tensor Of(Tensor input, Tensor weight) => nn.functional.conv2d(
                input, weight, strides: [stride, stride], padding: [padding, padding]);
            if (Fault(x, w, Of, tolerance) is { } fault)
                return $"a {kernel} x {kernel} convolution of {channels} to {outChannels} channels on {height} x {width} pixels, stride {stride}: {fault}";
        }

        foreach (var (rows, columns, outColumns) in Products)
        {
            using var scope = NewDisposeScope();
            if (Fault(randn(rows, columns).to(type), randn(columns, outColumns).to(type), (a, b) => a.mm(b), tolerance) is { } fault)
                return $"a product of {rows} x {columns} and {columns} x {outColumns}: {fault}";
        }

        return null;
    }

    private static string? Fault(Tensor x, Tensor w, Func<Tensor, Tensor, Tensor> function, double tolerance)
    {
        var (a, b) = (x.detach().requires_grad_(), w.detach().requires_grad_());
        var (exactA, exactB) = (x.to(ScalarType.Float64).requires_grad_(), w.to(ScalarType.Float64).requires_grad_());
        var y = function(a, b);
        var exact = function(exactA, exactB);
        var direction = randn_like(y);
        (y * direction).sum().backward();
        (exact * direction.to(ScalarType.Float64)).sum().backward();
        foreach (var (part, actual, expected) in new[] { ("output", y, exact), ("gradient of the input", a.grad!, exactA.grad!), ("gradient of the weight", b.grad!, exactB.grad!) })
        {
            var error = ((actual.to(ScalarType.Float64) - expected).norm() / expected.norm()).item<double>();
            if (!(error <= tolerance))
                return string.Create(CultureInfo.InvariantCulture, $"the {part} is off by {error:g2} of its length (at most {tolerance:g2})");
        }

        return null;
    }
}
