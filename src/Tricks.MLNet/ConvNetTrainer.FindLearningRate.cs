using Microsoft.ML;
using TorchSharp;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Training;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;

namespace Tricks.MLNet;

/// <content>The learning-rate range test.</content>
public sealed partial class ConvNetTrainer
{
    /// <summary>Trains a few steps with a rising learning rate, to see which rates train and which diverge (Smith, arXiv:1506.01186).</summary>
    /// <remarks>Take <see cref="LearningRateCurve.Suggestion"/> for the recipe's LearningRate. The network of the test is thrown away; a later Fit is as if it had not been.</remarks>
    /// <param name="trainData">The rows to learn from.</param>
    /// <param name="from">The first rate, greater than 0.</param>
    /// <param name="to">The last rate, greater than <paramref name="from"/>; the test ends early when the loss has risen to four times its smallest value.</param>
    /// <param name="steps">At least 20.</param>
    /// <exception cref="ArgumentException">Columns, data or rates do not fit; the message names what and the remedy.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LearningRateCurve FindLearningRate(IDataView trainData, double from = 1e-5, double to = 10, int steps = 100)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        var label = LabelColumn.Of(trainData.Schema, _options.LabelColumnName);
        var facts = EnvironmentFacts.Of(_environment);
        var device = Devices.Choose(facts.GpuDeviceId, facts.FallbackToCpu);
        var seed = Seed(facts);
        using var cancellation = new EnvironmentCancellation(_environment, _options.CancellationToken);
        using var data = TrainingData.Read(trainData, _options.ValidationSet, label, _options, seed, facts.TempFilePath, _log, cancellation.Token);

        var preprocessing = _options.EffectivePreprocessing;
        using var network = _options.Architecture.Build(label.Classes.Count, preprocessing.Channels, preprocessing.ImageSize);
        XavierInitialisation.Apply(network, seed);
        if (_options.Recipe.ZeroGamma)
            ZeroGamma.Apply(network);
        network.to(device);
        var loopOptions = new TrainingLoopOptions { Recipe = _options.Recipe, Preprocessing = preprocessing, Seed = seed, Device = device, Workers = _options.Workers };
        return LearningRateFinder.Run(network, data.Training, loopOptions, from, to, steps, cancellation.Token);
    }
}
