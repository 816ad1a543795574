using TorchSharp.Modules;

namespace Tricks.Torch.Models;

/// <summary>What TorchSharp's own layers do with their parameters.</summary>
internal static class ParameterExtensions
{
    /// <summary>Hands the parameter to its module, so that a network built inside a dispose scope outlives the scope.</summary>
    internal static Parameter DetachedFromScope(this Parameter parameter)
    {
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
