using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Benchmarks;

/// <summary>A training loop as TorchSharp's examples have it: its own modules, SGD and cross entropy, default settings.</summary>
internal sealed class PlainTraining : ITimedTraining
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _images;
    private readonly Tensor _labels;

    public PlainTraining(Work work)
    {
        if (work.Channels != 3)
            throw new ArgumentException($"WAY plain has no {work.Architecture.Name}; it has r18c, r18 and r50d.");
        manual_seed(1);
        _network = PlainResNet.Build(work);
        _network.train();
        _optimizer = optim.SGD(_network.parameters(), 0.01, momentum: 0.9, weight_decay: 1e-4, nesterov: true);
        _images = randn([work.BatchSize, 3, work.ImageSize, work.ImageSize]);
        _labels = randint(0, work.Classes, [work.BatchSize], ScalarType.Int64);
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var loss = functional.cross_entropy(_network.call(_images), _labels, label_smoothing: 0.1);
        loss.backward();
        _optimizer.step();
        loss.item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }
}
