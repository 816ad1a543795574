using Tricks.MLNet.Scoring;
using Tricks.Torch.Weights;

namespace Tricks.MLNet.Training;

/// <summary>The weights of a featurizer, whose classifier stands for no classes.</summary>
internal sealed record FeaturizerWeights(ConvNetFeaturesTransformer Featurizer) : InitialWeights
{
    internal override OpenedWeights Open(CancellationToken cancellationToken)
    {
        try
        {
            return Featurizer.Model.WhileAlive(() =>
                (FromNetwork(Featurizer.Model.Network, Featurizer.Architecture) with { AllowOtherVariant = AllowOtherVariant }).Open(cancellationToken));
        }
        catch (ObjectDisposedException)
        {
            throw DisposedModel.Exception();
        }
    }
}
