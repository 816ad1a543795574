using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Models;

/// <summary>Counts the process's live tensors around an action.</summary>
internal static class TensorLeaks
{
    /// <summary>Fails when the action leaves tensors that it should have disposed; a first run, uncounted, warms up.</summary>
    /// <param name="action">What to run.</param>
    /// <param name="parametersBuilt">
    /// How many parameters the action creates. TorchSharp 0.107 counts the tensor that a Parameter takes over for ever
    /// (MoveHandle empties it and does not count down); nothing is left in native memory. Remove when it counts right.
    /// </param>
    internal static void AssertNone(Action action, int parametersBuilt = 0)
    {
        action();
        GC.Collect();                                           // what others left to the finalizer must not count as ours
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        action();
        Assert.AreEqual(before + parametersBuilt, Tensor.TotalCount, "Live tensors before and after.");
    }
}
