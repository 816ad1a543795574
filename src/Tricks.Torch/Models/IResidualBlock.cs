using TorchSharp.Modules;

namespace Tricks.Torch.Models;

/// <summary>A block that adds a shortcut to what it computes.</summary>
internal interface IResidualBlock
{
    /// <summary>The last normalisation before the addition: with its gamma at 0 the block is its shortcut (BoT §3.1).</summary>
    BatchNorm2d LastNorm { get; }
}
