using BenchmarkDotNet.Attributes;
using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Benchmarks;

/// <summary>relu(batch norm(x) + shortcut), forward and backward, bfloat16: the fused kernel and libtorch's operators.</summary>
public class NormBenchmarks : IDisposable
{
    private BatchNorm2d _norm = null!;
    private Tensor _x = null!;
    private Tensor _shortcut = null!;
    private Tensor _gradient = null!;

    /// <summary>(N, C, H) of ResNet-50's stages at batch 16.</summary>
    [Params("16x256x56", "16x512x28", "16x1024x14", "16x2048x7")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        TorchBackend.EnsureLoaded();
        var sizes = Array.ConvertAll(Shape.Split('x'), int.Parse);
        _norm = nn.BatchNorm2d(sizes[1]);
        (_x, _shortcut, _gradient) = (Values(sizes), Values(sizes), Values(sizes));
    }

    [Benchmark]
    public void Fused() => Run();

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
        NormActivation.Relu(_norm, x, _shortcut).backward([_gradient]);
        _norm.zero_grad();
    }

    private static Tensor Values(int[] sizes) => randn(sizes[0], sizes[2], sizes[2], sizes[1]).to(ScalarType.BFloat16).permute(0, 3, 1, 2);

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (var tensor in new[] { _x, _shortcut, _gradient })
            tensor.Dispose();
        _norm.Dispose();
        GC.SuppressFinalize(this);
    }
}
