using TorchSharp.Modules;
using Tricks.Torch.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>Which layers of a network are trained in which epoch, and at what multiple of the learning rate.</summary>
internal sealed class FineTuning : IDisposable
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly TrainingRecipe _recipe;
    private readonly List<Parameter> _backbone = [];

    /// <summary>Looks the head up, and freezes the backbone at once where it is never trained.</summary>
    /// <param name="network">Owned by the caller; what was frozen is trainable again after <see cref="Dispose"/>.</param>
    /// <param name="recipe">Sound.</param>
    public FineTuning(Module<Tensor, Tensor> network, TrainingRecipe recipe)
    {
        (_network, _recipe) = (network, recipe);
        if (!recipe.FreezeBackbone && recipe.HeadFirstEpochs == 0)
            return;
        var (name, head) = OutputLayer.Of(network);
        Head = head;
        _backbone = [.. network.named_parameters()
            .Where(entry => entry.parameter.requires_grad && !IsIn(name, entry.name)).Select(entry => entry.parameter)];
        if (recipe.FreezeBackbone)
            SetTrainable(false); // so that no optimizer takes them
    }

    /// <summary>The last layer; null where it is never trained apart from the others.</summary>
    public Linear? Head { get; }

    /// <summary>Brings the network into the training mode of an epoch, counted from 0.</summary>
    public void Begin(int epoch)
    {
        var headOnly = _recipe.FreezeBackbone || epoch < _recipe.HeadFirstEpochs;
        _network.train(!headOnly); // a frozen batch normalisation in training mode would move its running statistics
        if (headOnly)
            Head!.train();
        SetTrainable(!headOnly);
    }

    /// <summary>Makes the backbone trainable again, as it was found.</summary>
    public void Dispose() => SetTrainable(true);

    private void SetTrainable(bool trainable)
    {
        foreach (var parameter in _backbone)
            parameter.requires_grad = trainable;
    }

    /// <summary>What each parameter's rate is multiplied by; empty where all have one rate.</summary>
    public static IReadOnlyDictionary<string, double> RateFactors(Module<Tensor, Tensor> network, TrainingRecipe recipe)
    {
        var factors = new Dictionary<string, double>();
        if (recipe.HeadRateFactor == 1 && recipe.LayerRateDecay == 1)
            return factors;
        var (head, _) = OutputLayer.Of(network);
        var stages = Stages(network.named_parameters().Where(entry => !IsIn(head, entry.name)));
        for (var s = 0; s < stages.Count; s++)
        {
            foreach (var name in stages[s])
                factors[name] = Math.Pow(recipe.LayerRateDecay, stages.Count - s);
        }

        foreach (var (name, _) in network.named_parameters().Where(entry => IsIn(head, entry.name)))
            factors[name] = recipe.HeadRateFactor;
        return factors;
    }

    /// <summary>Names of the parameters of each stage, from the input on: see <see cref="TrainingRecipe.LayerRateDecay"/>.</summary>
    private static List<List<string>> Stages(IEnumerable<(string name, Parameter parameter)> backbone)
    {
        List<List<string>> stages = [];
        var hasWeights = false; // whether the last stage has a convolution or linear layer yet
        foreach (var part in backbone.GroupBy(entry => NumberedPart(entry.name)))
        {
            var isLayer = part.Any(entry => entry.parameter.dim() >= 2);
            if (stages.Count == 0 || (isLayer && hasWeights))
                (hasWeights, stages) = (false, [.. stages, []]);
            hasWeights |= isLayer;
            stages[^1].AddRange(part.Select(entry => entry.name));
        }

        return stages;
    }

    /// <summary>A name up to its first part with a digit: <c>layer1.0.conv2.weight</c> to <c>layer1</c>, <c>features.3.bias</c> to <c>features.3</c>.</summary>
    private static string NumberedPart(string name)
    {
        var parts = name.Split('.')[..^1];
        var numbered = Array.FindIndex(parts, part => part.Any(char.IsAsciiDigit));
        return string.Join('.', numbered < 0 ? parts : parts[..(numbered + 1)]);
    }

    private static bool IsIn(string module, string parameter) =>
        module.Length == 0 || parameter.StartsWith(module + ".", StringComparison.Ordinal);
}
