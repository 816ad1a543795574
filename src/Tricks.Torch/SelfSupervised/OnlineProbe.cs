using Tricks.Torch.Data;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.SelfSupervised;

/// <summary>Tries the features of an encoder between epochs of its pretraining, on labelled images.</summary>
/// <remarks>
/// It runs without gradients and with the encoder in evaluation mode, so it changes no weight, no running statistic and no
/// random draw: a pretraining with it has the same bits as one without.
/// </remarks>
/// <param name="Bank">Images whose labels the classifiers learn from.</param>
/// <param name="Test">Images that they are tried on, with the same classes.</param>
public sealed record OnlineProbe(ImageDataset Bank, ImageDataset Test)
{
    /// <summary>Every so many epochs, and after the last. At least 1, default 1.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Neighbours of the k-NN classifier; at most the bank's rows are used. Default 200.</summary>
    public int Neighbors { get; init; } = 200;

    /// <summary>Temperature of the k-NN classifier. Default 0.1.</summary>
    public double NeighborTemperature { get; init; } = 0.1;

    /// <summary>How the linear classifier is trained.</summary>
    public LinearProbeOptions Linear { get; init; } = new();

    /// <summary>Whether it is run after an epoch.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="epochs">Of the recipe.</param>
    public bool IsDue(int epoch, int epochs) => epoch == epochs || epoch % EveryEpochs == 0;

    /// <summary>Both accuracies on the test images. The encoder is left in evaluation mode.</summary>
    /// <param name="encoder">Any architecture of the library, on the device.</param>
    /// <param name="preprocessing">What it expects of an image.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    /// <param name="workers">Threads that prepare batches; the number of processors by default.</param>
    /// <param name="cancellationToken">Ends the computation.</param>
    public ProbeResult Run(
        Module<Tensor, Tensor> encoder, Preprocessing preprocessing, Device? device = null, int? workers = null, CancellationToken cancellationToken = default)
    {
        var bank = ImageFeatures.Extract(encoder, Bank, preprocessing, device: device, workers: workers, cancellationToken: cancellationToken);
        var test = ImageFeatures.Extract(encoder, Test, preprocessing, device: device, workers: workers, cancellationToken: cancellationToken);
        return new ProbeResult(WeightedKnn.Accuracy(bank, test, Neighbors, NeighborTemperature), LinearProbe.Fit(bank, Linear).Accuracy(test));
    }
}
