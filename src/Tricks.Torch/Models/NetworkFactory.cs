using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Builds a network of your own.</summary>
/// <param name="classes">Length of the logits, at least 1.</param>
/// <param name="inputChannels">1 (gray) or 3 (RGB).</param>
/// <param name="imageSize">Height and width of the images in pixels.</param>
/// <returns>
/// A new network, (N, inputChannels, imageSize, imageSize) to logits (N, classes), float32, all of whose parameters and buffers are
/// registered (<c>RegisterComponents</c>, or a <c>Sequential</c> made from its children).
/// </returns>
public delegate Module<Tensor, Tensor> NetworkFactory(int classes, int inputChannels, int imageSize);
