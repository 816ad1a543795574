using System.Globalization;
using BenchmarkDotNet.Attributes;
using Tricks.Torch.Kernels;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Benchmarks;

/// <summary>A 3x3 convolution forward and backward: by our own ways and by libtorch's.</summary>
public class ConvolutionBenchmarks : IDisposable
{
    private SpatialConv2d _convolution = null!;
    private Tensor _x = null!;
    private Tensor _gradient = null!;

    /// <summary>(N, C, H, O, stride): CIFAR ResNet-18 at batch 128, ResNet-18 at 64 px and batch 128, ResNet-50-D at 224 px and batch 16.</summary>
    [Params(
        "128x64x32x64x1", "128x64x32x128x2", "128x128x16x128x1", "128x128x16x256x2", "128x256x8x256x1", "128x256x8x512x2", "128x512x4x512x1",
        "128x64x16x64x1", "128x64x16x128x2", "128x128x8x128x1", "128x128x8x256x2", "128x256x4x256x1", "128x256x4x512x2", "128x512x2x512x1",
        "16x128x56x128x2", "16x256x14x256x1", "16x512x14x512x2", "16x512x7x512x1")]
    public string Shape { get; set; } = "";

    /// <summary>Float32 and bfloat16 have ways of their own.</summary>
    [Params(ScalarType.Float32, ScalarType.BFloat16)]
    public ScalarType Type { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        TorchBackend.EnsureLoaded();
        var sizes = Array.ConvertAll(Shape.Split('x'), part => int.Parse(part, CultureInfo.InvariantCulture));
        var (n, c, size, o, stride) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
        _convolution = new SpatialConv2d(c, o, kernelSize: 3, stride);
        _x = ChannelsLast(n, c, size);
        _gradient = ChannelsLast(n, o, size / stride);
    }

    [Benchmark]
    public void Own() => Run();

    [Benchmark(Baseline = true)]
    public void Libtorch()
    {
        using var plain = KernelSwitch.PlainScope();
        Run();
    }

    private void Run()
    {
        using var scope = NewDisposeScope();
        var x = _x.detach().requires_grad_(true);
        _convolution.call(x).backward([_gradient]);
        _convolution.zero_grad();
    }

    private Tensor ChannelsLast(int n, int c, int size) => MemoryFormat.ToChannelsLast(randn(n, c, size, size)).to(Type);

    [GlobalCleanup]
    public void Dispose()
    {
        _x.Dispose();
        _gradient.Dispose();
        _convolution.Dispose();
        GC.SuppressFinalize(this);
    }
}
