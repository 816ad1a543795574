using Tricks.Torch.Weights;

namespace Tricks.MLNet.Training;

/// <summary>The weights that a pretraining further up in the same pipeline will have found.</summary>
internal sealed record PretrainingWeights(SimClrEstimator Estimator) : InitialWeights
{
    internal override OpenedWeights Open(CancellationToken cancellationToken) =>
        (Estimator.LastFit ?? throw new InvalidOperationException(
            "InitialWeights are those of a SimClr estimator that has not been fitted, so there is nothing to start from. "
            + "Put it before the trainer in the same pipeline, or call its Fit first."))
        .ToInitialWeights().Open(cancellationToken);
}
