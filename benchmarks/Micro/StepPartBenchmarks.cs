using BenchmarkDotNet.Attributes;
using Tricks.Torch.Losses;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using static TorchSharp.torch;

namespace Tricks.Benchmarks;

/// <summary>SGD over ResNet-18's 11 million weights, mixup of a batch, the loss with its gradient.</summary>
public class StepPartBenchmarks : IDisposable
{
    private nn.Module<Tensor, Tensor> _network = null!;
    private Optimizer _ours = null!;
    private optim.Optimizer _torchSharp = null!;
    private Tensor _images = null!;
    private Tensor _targets = null!;
    private Tensor _logits = null!;
    private readonly SeededRandom _random = new(1);

    [GlobalSetup]
    public void SetUp()
    {
        TorchBackend.EnsureLoaded();
        _network = Torch.Models.Architecture.ResNet18.Build(1000);
        _ours = TrainingRecipe.Baseline.OptimizerOf(_network);
        _torchSharp = optim.SGD(_network.parameters(), 0.01, momentum: 0.9, weight_decay: 1e-4, nesterov: true);
        _images = randn(128, 3, 32, 32);
        _targets = nn.functional.one_hot(randint(0, 1000, [128], ScalarType.Int64), 1000).to(ScalarType.Float32);
        _logits = randn([128, 1000], requires_grad: true);
        SetGradients();
    }

    [Benchmark]
    public void Sgd()
    {
        SetGradients();
        _ours.Step(0.01);
    }

    [Benchmark]
    public void SgdOfTorchSharp()
    {
        SetGradients();
        _torchSharp.step();
    }

    /// <summary>What the two above share.</summary>
    [Benchmark]
    public void GradientsAlone() => SetGradients();

    [Benchmark]
    public void Mixup()
    {
        using var scope = NewDisposeScope();
        Torch.Mixing.Mixup.Apply(_images, _targets, alpha: 0.2, _random);
    }

    [Benchmark]
    public void Loss()
    {
        using var scope = NewDisposeScope();
        SoftTargetCrossEntropy.Of(_logits, _targets).backward();
        _logits.grad = null;
    }

    private void SetGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in _network.parameters())
            parameter.grad = empty_like(parameter).zero_();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (var tensor in new[] { _images, _targets, _logits })
            tensor.Dispose();
        _torchSharp.Dispose();
        _ours.Dispose();
        _network.Dispose();
        GC.SuppressFinalize(this);
    }
}
