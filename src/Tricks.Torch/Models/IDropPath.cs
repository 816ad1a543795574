namespace Tricks.Torch.Models;

/// <summary>A residual block that can be left out in training.</summary>
internal interface IDropPath
{
    /// <summary>What decides it; null is off.</summary>
    DropPath? DropPath { get; set; }
}
