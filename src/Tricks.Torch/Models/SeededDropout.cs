using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Dropout whose mask is a function of (seed, step) in place of libtorch's process-wide generator.</summary>
/// <remarks>
/// In training an element becomes 0 with probability p and x / (1 - p) otherwise (Srivastava et al., 2014); in evaluation
/// the module is the identity. A <c>TrainingStep</c> gives every such module of its network the draws of
/// (seed, <see cref="RandomPurpose.Dropout"/>, step, place among the network's dropouts), so that equal seeds give equal
/// bits and a resumed run equals an unbroken one. Without it the masks are one sequence that starts with the module.
/// </remarks>
public sealed class SeededDropout : Module<Tensor, Tensor>
{
    private SeededRandom _random = new(seed: 0);

    /// <summary>Makes the module.</summary>
    /// <param name="probability">p, in [0, 1). 0 is the identity.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public SeededDropout(double probability)
        : base(LoadedName())
    {
        if (!(probability is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability of dropout must be in [0, 1); 0 turns it off.");
        Probability = probability;
    }

    /// <summary>The base constructor is the first to need libtorch.</summary>
    private static string LoadedName()
    {
        TorchBackend.EnsureLoaded();
        return nameof(SeededDropout);
    }

    /// <summary>p, the probability with which an element becomes 0.</summary>
    public double Probability { get; }

    /// <summary>Gives each dropout of a network the draws of a step.</summary>
    /// <param name="dropouts">The network's, in the order of <c>modules()</c>.</param>
    /// <param name="seed">The training's.</param>
    /// <param name="step">Steps taken before this one.</param>
    internal static void Seed(IReadOnlyList<SeededDropout> dropouts, long seed, long step)
    {
        for (var place = 0; place < dropouts.Count; place++)
            dropouts[place]._random = SeededRandom.For(seed, RandomPurpose.Dropout, step, place);
    }

    /// <summary>(...) to (...), in the precision of the input, owned by the caller.</summary>
    public override Tensor forward(Tensor input)
    {
        if (!training || Probability == 0)
            return input.alias();
        using var scope = NewDisposeScope();
        return input.mul(Mask(input.shape).to(input.device).to(input.dtype)).MoveToOuterDisposeScope();
    }

    private Tensor Mask(long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        var kept = (float)(1 / (1 - Probability));
        for (var i = 0; i < values.Length; i++)
            values[i] = _random.NextBoolean(Probability) ? 0 : kept;
        return tensor(values, shape);                           // row by row of the logical shape, whatever the memory order
    }
}
