using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>Layers one after the other.</summary>
internal static class Chain
{
    /// <summary>Runs the steps; without gradients each map is freed as soon as the next one is there.</summary>
    /// <param name="input">Stays the caller's.</param>
    /// <param name="steps">At least one; each gives a new tensor.</param>
    /// <returns>The last step's output, in the caller's dispose scope.</returns>
    internal static Tensor Call(Tensor input, IReadOnlyList<Func<Tensor, Tensor>> steps)
    {
        var x = steps[0](input);
        foreach (var step in steps.Skip(1))
        {
            var next = step(x);
            x.Dispose();
            x = next;
        }

        return x;
    }
}
