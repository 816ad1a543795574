using Tricks.Torch.Models;

namespace Tricks.Torch.Weights;

/// <summary>Tells apart what names and shapes cannot: variants A and B differ in strides alone, a plain net in its missing shortcuts.</summary>
internal static class VariantCheck
{
    /// <exception cref="WeightsFileException">The weights are another variant's, or may be, and it was not asked for.</exception>
    internal static void ThrowIfOther(OpenedWeights weights, Architecture architecture)
    {
        if (weights.AllowOtherVariant)
            return;
        if (weights.Architecture is { } trainedFor)
        {
            if (!AreSame(trainedFor, architecture))
                throw Refusal($"The weights of {weights.Source} were trained for {trainedFor}, and the network is {architecture}.");
        }
        else if (HasOtherStrides(architecture))
        {
            throw Refusal($"{architecture} is variant A; the weights of {weights.Source} do not say what they are, and published ones are variant B, which has the same names and other strides.");
        }
    }

    private static WeightsFileException Refusal(string reason) =>
        new($"{reason} Choose the architecture of the weights, or ask for it: with {{ AllowOtherVariant = true }}.");

    private static bool HasOtherStrides(Architecture architecture) =>
        architecture is ResNetArchitecture { Variant: ResNetVariant.A, Depth: >= 50 };

    /// <summary>Basic blocks have no 1x1 to move the stride from: their variants A and B are one.</summary>
    private static bool AreSame(string name, Architecture architecture) => name == architecture.Name
        || (architecture is ResNetArchitecture { Variant: ResNetVariant.A or ResNetVariant.B, Depth: < 50 } basic
            && (name == new ResNetArchitecture(basic.Depth, ResNetVariant.A, basic.Stem).Name
                || name == new ResNetArchitecture(basic.Depth, ResNetVariant.B, basic.Stem).Name));
}
