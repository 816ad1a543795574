using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Benchmarks;

/// <summary>The step of Tricks.Torch as <c>ConvNetTrainer</c> runs it: channels-last, label smoothing, Nesterov.</summary>
internal sealed class TricksTraining : ITimedTraining
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly TrainingStep _step;
    private readonly ImageBatch _batch;
    private long _steps;

    public TricksTraining(Work work, Precision precision)
    {
        TorchBackend.EnsureLoaded();
        _network = MemoryFormat.ToChannelsLast(work.Architecture.Build(work.Classes, work.Channels, work.ImageSize));
        _network.train();
        var recipe = TrainingRecipe.ShortBagOfTricks with { BatchSize = work.BatchSize, Precision = precision };
        _step = new TrainingStep(_network, recipe, work.Classes, stepsPerEpoch: 1000, seed: 1, CPU);
        manual_seed(1);
        _batch = new ImageBatch(
            MemoryFormat.ToChannelsLast(randn([work.BatchSize, work.Channels, work.ImageSize, work.ImageSize])),
            randint(0, work.Classes, [work.BatchSize], ScalarType.Int64),
            [.. Enumerable.Range(0, work.BatchSize)]);
    }

    public void Step() => _step.Run(_batch, _steps++);

    public void Dispose()
    {
        _step.Dispose();
        _network.Dispose();
        _batch.Images.Dispose();
        _batch.Labels.Dispose();
    }
}
