using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>Drop path, or stochastic depth: in training a residual block is left out for some images of a batch (Huang et al., arXiv:1603.09382).</summary>
/// <remarks>
/// Block l of L is left out with probability p_l = rate * l / L; what the others compute is divided by 1 - p_l, so that the mean
/// stays and evaluation uses the block as it is (timm's and torchvision's form; the paper scales in evaluation). Drawn per image.
/// </remarks>
public sealed class DropPath
{
    private readonly double _probability;
    private readonly int _block;
    private SeededRandom _random;

    private DropPath(double probability, int block) =>
        (_probability, _block, _random) = (probability, block, SeededRandom.For(0, RandomPurpose.DropPath, 0, block));

    /// <summary>Gives the residual blocks of a network rising probabilities.</summary>
    /// <param name="network">The network; its blocks leave themselves out in training mode only.</param>
    /// <param name="rate">The probability of the last block, in [0, 1). 0 switches it off: no block draws anything.</param>
    /// <returns>The switches, in the order of the blocks, to be told of each step; empty at rate 0.</returns>
    /// <exception cref="ArgumentException">The network has no residual blocks that could be left out.</exception>
    public static IReadOnlyList<DropPath> Apply(nn.Module network, double rate)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (rate is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The rate of drop path must be in [0, 1); 0 turns it off.");
        List<IDropPath> blocks = [.. network.modules().OfType<IDropPath>()];
        if (rate > 0 && blocks.Count == 0)
            throw new ArgumentException($"DropPath is {rate}, but a {network.GetName()} has no residual blocks to leave out; set DropPath = 0, or choose a residual network.", nameof(network));
        for (var i = 0; i < blocks.Count; i++)
            blocks[i].DropPath = rate == 0 ? null : new DropPath(rate * (i + 1) / blocks.Count, i);
        return [.. blocks.Select(block => block.DropPath).OfType<DropPath>()];
    }

    /// <summary>Draws anew: what is left out in a step is a function of (seed, step, block, image of the batch).</summary>
    public void Begin(long seed, long step) => _random = SeededRandom.For(seed, RandomPurpose.DropPath, step, _block);

    /// <summary>Leaves the branch out for the images whose turn it is.</summary>
    /// <param name="branch">What the block adds to its shortcut, (N, C, H, W).</param>
    /// <returns>A new tensor of the same shape, owned by the caller.</returns>
    internal Tensor Of(Tensor branch)
    {
        using var scope = NewDisposeScope();
        var factors = new float[branch.shape[0]];
        for (var n = 0; n < factors.Length; n++)
            factors[n] = _random.NextBoolean(_probability) ? 0 : (float)(1 / (1 - _probability));
        var mask = tensor(factors, [factors.Length, 1, 1, 1]).to(branch.dtype).to(branch.device); // (N, 1, 1, 1)
        return (branch * mask).MoveToOuterDisposeScope();
    }
}
