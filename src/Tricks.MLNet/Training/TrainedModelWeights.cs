using Tricks.MLNet.Scoring;
using Tricks.Torch.Weights;

namespace Tricks.MLNet.Training;

/// <summary>The weights of a trained model, and which class each row of its classifier stands for.</summary>
internal sealed record TrainedModelWeights(ImageScoringTransformer Model) : InitialWeights
{
    internal override OpenedWeights Open(CancellationToken cancellationToken)
    {
        try
        {
            return Model.Model.WhileAlive(() =>
                (FromNetwork(Model.Model.Network, Model.Architecture) with { AllowOtherVariant = AllowOtherVariant }).Open(cancellationToken));
        }
        catch (ObjectDisposedException)
        {
            throw DisposedModel.Exception();
        }
    }
}
