using TorchSharp.Modules;

namespace Tricks.Torch.Models;

/// <summary>A block of a pre-activation network: normalisation and ReLU come before each convolution, nothing after the addition.</summary>
/// <remarks>
/// Its last layer is a convolution, so zero gamma (BoT §3.1) becomes a zero weight there, as in timm's resnetv2. A gamma of
/// 0 in its last normalisation would stay 0 for ever: the ReLU behind it passes no gradient at 0.
/// </remarks>
internal interface IPreActivationBlock
{
    /// <summary>The weight of the last convolution before the addition: at 0 the block is its shortcut.</summary>
    Parameter LastWeight { get; }
}
